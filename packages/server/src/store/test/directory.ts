import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'

/** A fresh directory for each test of the file that calls this, removed after it. */
export function useDirectory(): () => string {
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'credence-store-'))
  })
  afterEach(() => {
    rmSync(directory, { recursive: true })
  })
  return () => directory
}
