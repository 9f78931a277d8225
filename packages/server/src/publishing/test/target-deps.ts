import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { TargetDeps } from '../targets/target-kind.ts'

/** What targets in tests are made with: the machine's own, unless a test says otherwise. */
export function createTargetDeps(parts: Partial<TargetDeps> = {}): TargetDeps {
  return {
    clock: { nowMs: () => Date.now() },
    random: { bytes: randomBytes, uuid: randomUUID },
    env: {},
    readFile: path => readFileSync(path, 'utf8'),
    timeoutMs: 10_000,
    stopping: new AbortController().signal,
    ...parts,
  }
}
