import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type DataLock, DataLockedError, lockDataDirectory } from './data-lock.ts'
import { StoreOpenError } from './failures.ts'
import { createSqliteStore } from './sqlite.ts'
import { startChild } from './test/child.ts'
import { useDirectory } from './test/directory.ts'
import { ACCOUNT_ID, createAccount } from './test/records.ts'

const HOLD_DATA_LOCK = new URL('./test/hold-data-lock.ts', import.meta.url)

const directory = useDirectory()

describe('the lock of a data directory', () => {
  it('refuses a second server and names the first; outlives neither release nor kill', async () => {
    const child = startChild(HOLD_DATA_LOCK, [directory()])
    expect(await child.readLine()).toBe('locked')

    const refusal = catchRefusal(() => lockDataDirectory(directory()))
    expect(refusal.holderPid).toBe(child.pid)
    expect(refusal.message).toBe(
      `Another server (process ${child.pid}) is already using ${directory()}. Stop it first, or use another data directory.`,
    )

    await child.kill()
    const lock = lockDataDirectory(directory())
    expect(readFileSync(join(directory(), 'server.pid'), 'utf8')).toBe(`${process.pid}\n`)
    lock.release()
    lock.release()
    lockDataDirectory(directory()).release()
  })

  it('refuses the same process too', () => {
    const lock = lockDataDirectory(directory())
    expect(catchRefusal(() => lockDataDirectory(directory())).holderPid).toBe(process.pid)
    // A refused attempt must not have loosened the lock.
    expect(catchRefusal(() => lockDataDirectory(directory())).holderPid).toBe(process.pid)
    lock.release()
  })

  it('leaves the store open to the command line', async () => {
    const child = startChild(HOLD_DATA_LOCK, [directory()])
    await child.readLine()
    const store = await createSqliteStore({ path: join(directory(), 'store.db'), mayCreate: true })
    await store.createAccount(createAccount(ACCOUNT_ID))
    expect(await store.findAccount(ACCOUNT_ID)).not.toBeNull()
    await store.close()
    await child.kill()
  })

  it('makes files that only their owner may read', () => {
    const lock = lockDataDirectory(directory())
    for (const name of ['server.lock', 'server.pid']) {
      expect(statSync(join(directory(), name)).mode & 0o777, name).toBe(0o600)
    }
    lock.release()
  })

  it.each(['', 'not a number\n', '-1\n', '0\n', '99999999999\n'])(
    'refuses without a name when the process id reads %j',
    text => {
      const lock = lockDataDirectory(directory())
      writeFileSync(join(directory(), 'server.pid'), text)
      const refusal = catchRefusal(() => lockDataDirectory(directory()))
      expect(refusal.holderPid).toBeNull()
      expect(refusal.message).toMatch(/^Another server is already using /)
      lock.release()
    },
  )

  it('says what is wrong with the directory or with the lock file', () => {
    expect(() => lockDataDirectory(join(directory(), 'absent'))).toThrow(
      /^The directory .*absent of the store cannot be used: it does not exist\.$/,
    )
    mkdirSync(join(directory(), 'a', 'server.lock'), { recursive: true })
    expect(() => lockDataDirectory(join(directory(), 'a'))).toThrow(StoreOpenError)
    mkdirSync(join(directory(), 'b'))
    writeFileSync(
      join(directory(), 'b', 'server.lock'),
      'not a database, and long enough to tell'.repeat(50),
    )
    expect(() => lockDataDirectory(join(directory(), 'b'))).toThrow(
      /its file is not a SQLite database/,
    )
  })
})

function catchRefusal(lock: () => DataLock): DataLockedError {
  try {
    lock().release()
  } catch (error) {
    if (error instanceof DataLockedError) return error
    throw error
  }
  throw new Error('the directory was given a second time')
}
