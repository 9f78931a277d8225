import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { testStore } from '../test/conformance.ts'
import { testSharedStore } from '../test/shared-conformance.ts'
import { createSqliteStore } from './sqlite-store.ts'

let root = ''
let files = 0
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'credence-store-'))
})
afterAll(() => {
  rmSync(root, { recursive: true })
})

function createPath(): string {
  files += 1
  return join(root, `${files}.db`)
}

testStore('SQLite in memory', () => createSqliteStore({ path: ':memory:' }))
testStore('SQLite in a file', () => createSqliteStore({ path: createPath(), mayCreate: true }))
testSharedStore('SQLite in a file', () => {
  const path = createPath()
  return () => createSqliteStore({ path, mayCreate: true })
})
