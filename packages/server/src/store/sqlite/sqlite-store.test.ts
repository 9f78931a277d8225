import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
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

it('leaves no remains of what was replaced, neither in the file nor in its log', async () => {
  const path = createPath()
  await using stack = new AsyncDisposableStack()
  const store = stack.adopt(await createSqliteStore({ path, mayCreate: true }), each =>
    each.close(),
  )
  // Another process has it open too, and reads nothing at the moment.
  stack.adopt(await createSqliteStore({ path }), each => each.close())
  await store.createMeta('fact', 'what nobody may find')
  await store.swapMeta('fact', 'what nobody may find', 'what is there now')
  expect(await store.eraseRemains()).toBe(true)
  for (const file of [path, `${path}-wal`]) {
    expect(readFileSync(file).includes('what nobody may find')).toBe(false)
  }
  expect(readFileSync(path).includes('what is there now')).toBe(true)
})
