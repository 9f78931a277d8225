import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createMemoryLog } from '../testing/memory-log.ts'
import { warnOfOpenDirectory } from './warn-of-open-directory.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'credence-open-'))
  writeFileSync(join(directory, 'store.db'), '')
})

afterEach(() => rmSync(directory, { recursive: true }))

it.each<[number, string | null]>([
  [0o700, null],
  [0o500, null],
  [0o755, '0755'],
  [0o710, '0710'],
  [0o2705, '2705'],
])('a directory of mode %o: %s', (mode, warned) => {
  chmodSync(directory, mode)
  const { logger, lines } = createMemoryLog()
  warnOfOpenDirectory(join(directory, 'store.db'), logger)
  expect(lines.map(({ level, fields }) => [level, fields['mode']])).toEqual(
    warned === null ? [] : [['warn', warned]],
  )
})
