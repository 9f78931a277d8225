import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it, vi } from 'vitest'
import { useDirectory } from '../test/directory.ts'
import { ACCOUNT_ID, createAccount } from '../test/records.ts'
import { openSqliteFile } from './database-file.ts'
import { createSqliteStore } from './sqlite-store.ts'

// A process of its own, which a tracer slows down.
vi.setConfig({ testTimeout: 60_000 })

const WRITE_USERS = fileURLToPath(new URL('./test/write-users.ts', import.meta.url))
const USERS = 5

const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0

const directory = useDirectory()

it('asks SQLite for synced commits, whatever its own default is', () => {
  const exec = vi.spyOn(DatabaseSync.prototype, 'exec')
  const database = openSqliteFile(join(directory(), 'store.db'), { mayCreate: true })
  const statements = exec.mock.calls.map(([sql]) => sql)
  exec.mockRestore()
  expect(statements).toContain('pragma synchronous = full')
  expect(database.prepare('pragma synchronous').get()).toEqual({ synchronous: 2 })
  database.close()
})

it.skipIf(!canTrace)(
  `syncs the log of writes before a write is acknowledged${canTrace ? '' : ' (not run: needs strace)'}`,
  async () => {
    const path = join(directory(), 'store.db')
    const store = await createSqliteStore({ path, mayCreate: true })
    await store.createAccount(createAccount(ACCOUNT_ID))
    await store.close()
    const trace = join(directory(), 'trace')
    const calls = [
      '-f',
      '-y',
      '-o',
      trace,
      '-e',
      'trace=fsync,fdatasync,write',
      '-e',
      'signal=none',
    ]
    const program = [process.execPath, WRITE_USERS, path, '1', String(USERS)]
    await promisify(execFile)('strace', [...calls, ...program])
    expect(readOrder(readFileSync(trace, 'utf8'))).toEqual(
      Array.from({ length: USERS }, (_, index) => ['synced', `acknowledged ${index + 1}`]).flat(),
    )
  },
)

/** What was synced and acknowledged, in order; syncs that follow each other are one. */
function readOrder(trace: string): readonly string[] {
  const events: string[] = []
  for (const line of trace.split('\n')) {
    const [, user] = /write\(1<[^>]*>, "(\d+)\\n"/.exec(line) ?? []
    if (user !== undefined) events.push(`acknowledged ${user}`)
    else if (/f(data)?sync\(\d+<[^>]*store\.db-wal>/.test(line)) events.push('synced')
  }
  const acknowledged = events.findLastIndex(event => event !== 'synced')
  return events
    .slice(0, acknowledged + 1)
    .filter((event, index) => event !== 'synced' || events[index - 1] !== 'synced')
}
