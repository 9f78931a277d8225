import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, vi } from 'vitest'
import { createMasterKey } from '../../src/secrets/master-key.ts'
import { addAccount, addRootKey, addUser } from '../support/accounts.ts'
import { runMasterKeyCommand } from '../support/master-key.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

vi.setConfig({ testTimeout: 60_000 })

/** Bytes that begin what is sealed (formats 1 and 2) or bound (format 1) under a master key. */
const FORMATS = [1, 2]

interface Cell {
  /** `table.column` */
  readonly column: string
  readonly type: string
  readonly value: unknown
}

/** Every cell of every table, by the schema. */
function readCells(path: string): readonly Cell[] {
  using database = new DatabaseSync(path, { readOnly: true })
  const tables = database
    .prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'")
    .all()
  return tables.flatMap(({ name: table }) => {
    const columns = database.prepare(`select name, type from pragma_table_info('${table}')`).all()
    const rows = database.prepare(`select * from "${table}"`).all()
    return columns.flatMap(({ name, type }) =>
      rows.map(row => ({
        column: `${table}.${name}`,
        type: String(type).toLowerCase(),
        value: row[String(name)],
      })),
    )
  })
}

function listBlobColumns(path: string): readonly string[] {
  using database = new DatabaseSync(path, { readOnly: true })
  return database
    .prepare(
      `select t.name || '.' || c.name as name from sqlite_schema as t, pragma_table_info(t.name) as c
      where t.type = 'table' and lower(c.type) = 'blob' order by 1`,
    )
    .all()
    .map(({ name }) => String(name))
}

/** Whether a cell begins as what is sealed under a key does, or has such a value in base64 anywhere. */
function isUnder({ value }: Cell, masterKeyId: string): boolean {
  return FORMATS.some(format => {
    const header = Buffer.from([format, ...Buffer.from(masterKeyId, 'hex')])
    if (value instanceof Uint8Array) return Buffer.from(value).includes(header)
    const text = String(value)
    return text.includes(header.toString('base64')) || text.includes(header.toString('base64url'))
  })
}

/** Something in every column of bytes, in every state that has it. */
async function fill(server: TestServer): Promise<void> {
  const account = await addAccount(server, '123456789012')
  await addUser(server, account, 'ada')
  await addRootKey(server, account)
  await server.rotateKeys()
  // One key retired, one that ends, one that signs and one that stands by.
  server.clock.moveBy(91 * 86_400_000)
  await server.rotateKeys()
  await server.rotateKeys()
}

it('under the former master key there is nothing in any column, nor in the files of the store', async () => {
  await using server = await startTestServer()
  await fill(server)
  const path = join(server.directory, 'credence.db')
  const { id: former } = createMasterKey(
    readFileSync(join(server.directory, 'master.key')),
    'the file',
  )
  const before = readCells(path)
  const columns = listBlobColumns(path)
  for (const column of columns) {
    const isFilled = before.some(cell => cell.column === column && cell.value !== null)
    expect(isFilled, `${column} is empty: fill() must put something into it`).toBe(true)
  }
  const needed = new Set(before.filter(cell => isUnder(cell, former)).map(cell => cell.column))
  expect([...needed].toSorted()).toEqual([
    'access_keys.sealed_secret',
    'issuer_keys.binding',
    'issuer_keys.handle',
    'meta.value',
  ])
  // Every column of bytes is sealed or bound. One that is not is to be left out here, by name.
  expect(columns.filter(column => !needed.has(column))).toEqual([])

  const { exitCode, json } = await runMasterKeyCommand(server, 'rotate')
  expect({ exitCode, unreadable: json['unreadable'] }).toEqual({ exitCode: 0, unreadable: [] })
  const after = readCells(path)
  expect(after.filter(cell => isUnder(cell, former)).map(({ column }) => column)).toEqual([])
  const current = String(json['masterKeyId'])
  for (const cell of after) {
    if (cell.type !== 'blob' || cell.value === null) continue
    expect(isUnder(cell, current), cell.column).toBe(true)
  }
  const count = (cells: readonly Cell[], id: string) =>
    cells.filter(cell => isUnder(cell, id)).length
  // What vouches for the change itself is new.
  expect(count(after, current)).toBe(count(before, former) + 1)

  expect(json['erased']).toBe(true)
  for (const file of [path, `${path}-wal`]) {
    const bytes = readFileSync(file)
    for (const format of FORMATS) {
      const header = Buffer.from([format, ...Buffer.from(former, 'hex')])
      expect(bytes.includes(header), file).toBe(false)
      expect(bytes.includes(header.toString('base64')), file).toBe(false)
    }
  }
})
