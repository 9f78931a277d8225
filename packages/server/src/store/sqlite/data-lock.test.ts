import { randomBytes, randomUUID } from 'node:crypto'
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { StoreMissingError, StoreOpenError } from '../failures.ts'
import { startChild } from '../test/child.ts'
import { useDirectory } from '../test/directory.ts'
import { ACCOUNT_ID, createAccount } from '../test/records.ts'
import { type DataLock, DataLockedError, lockData } from './data-lock.ts'
import { createSqliteStore } from './sqlite-store.ts'

const HOLD_DATA_LOCK = new URL('./test/hold-data-lock.ts', import.meta.url)

const random = { bytes: (count: number) => randomBytes(count), uuid: () => randomUUID() }
const isLinux = process.platform === 'linux'

const directory = useDirectory()
const storePath = () => join(directory(), 'store.db')

beforeEach(async () => {
  await (await createSqliteStore({ path: storePath(), mayCreate: true })).close()
})

describe('the lock of a store', () => {
  it('refuses a second server and names the first; outlives neither release nor kill', async () => {
    const child = startChild(HOLD_DATA_LOCK, [storePath()])
    expect(await child.readLine()).toBe('locked')

    const refusal = await catchRefusal(() => lockData(storePath(), random))
    expect(refusal.holderPid).toBe(child.pid)
    expect(refusal.message).toBe(
      `Another server (process ${child.pid}) is already using ${directory()}. Stop it first, or use another data directory.`,
    )

    await child.kill()
    const lock = await lockData(storePath(), random)
    expect(readFileSync(join(directory(), 'server.pid'), 'utf8')).toBe(`${process.pid}\n`)
    await lock.release()
    await lock.release()
    expect(existsSync(join(directory(), 'server.pid'))).toBe(false)
    await (await lockData(storePath(), random)).release()
  })

  it('refuses the same process too', async () => {
    const lock = await lockData(storePath(), random)
    for (let attempt = 0; attempt < 2; attempt += 1) {
      // A refused attempt must not have loosened the lock.
      const refusal = await catchRefusal(() => lockData(storePath(), random))
      expect(refusal.holderPid).toBe(process.pid)
    }
    await lock.release()
  })

  it.each<[string, () => string]>([
    [
      'a link to its directory',
      () => {
        symlinkSync(directory(), join(directory(), 'linked'))
        return join(directory(), 'linked', 'store.db')
      },
    ],
    [
      'a link to its file',
      () => {
        const place = join(directory(), 'elsewhere')
        mkdirSync(place, { mode: 0o700 })
        symlinkSync(storePath(), join(place, 'linked.db'))
        return join(place, 'linked.db')
      },
    ],
  ])('refuses a server that comes by %s', async (_what, prepare) => {
    const child = startChild(HOLD_DATA_LOCK, [storePath()])
    await child.readLine()
    const refusal = await catchRefusal(() => lockData(prepare(), random))
    expect(refusal.holderPid).toBe(child.pid)
    await child.kill()
  })

  it.runIf(isLinux)('refuses a server that comes by another name of its file', async () => {
    const child = startChild(HOLD_DATA_LOCK, [storePath()])
    await child.readLine()
    const place = join(directory(), 'elsewhere')
    mkdirSync(place, { mode: 0o700 })
    linkSync(storePath(), join(place, 'same.db'))
    await catchRefusal(() => lockData(join(place, 'same.db'), random))
    await child.kill()
    await (await lockData(join(place, 'same.db'), random)).release()
  })

  it('refuses a server of another store in the same directory', async () => {
    const other = join(directory(), 'other.db')
    await (await createSqliteStore({ path: other, mayCreate: true })).close()
    const lock = await lockData(storePath(), random)
    await catchRefusal(() => lockData(other, random))
    await lock.release()
    await (await lockData(other, random)).release()
  })

  it.runIf(isLinux)('holds when its file was removed, and gets it back', async () => {
    const child = startChild(HOLD_DATA_LOCK, [storePath()])
    await child.readLine()
    for (const name of ['server.lock', 'server.pid']) rmSync(join(directory(), name))
    const refusal = await catchRefusal(() => lockData(storePath(), random))
    expect(refusal.message).toMatch(/^Another server is already using /)
    await child.kill()

    const lock = await lockData(storePath(), random)
    rmSync(join(directory(), 'server.lock'))
    lock.renew()
    expect(isFileLocked()).toBe(true)
    lock.renew()
    await lock.release()
    expect(isFileLocked()).toBe(false)
  })

  it('is lost to whoever has made and locked its file anew', async () => {
    const lock = await lockData(storePath(), random)
    rmSync(join(directory(), 'server.lock'))
    const thief = new DatabaseSync(join(directory(), 'server.lock'))
    thief.exec('begin exclusive')
    expect(() => lock.renew()).toThrow(DataLockedError)
    thief.close()
    lock.renew()
    expect(isFileLocked()).toBe(true)
    await lock.release()
  })

  it('leaves the store open to the command line', async () => {
    const child = startChild(HOLD_DATA_LOCK, [storePath()])
    await child.readLine()
    const store = await createSqliteStore({ path: storePath() })
    await store.createAccount(createAccount(ACCOUNT_ID))
    expect(await store.findAccount(ACCOUNT_ID)).not.toBeNull()
    await store.close()
    await child.kill()
  })

  it('makes files that only their owner may read', async () => {
    const lock = await lockData(storePath(), random)
    for (const name of ['server.lock', 'server.pid']) {
      expect(statSync(join(directory(), name)).mode & 0o777, name).toBe(0o600)
    }
    await lock.release()
  })

  it.each(['', 'not a number\n', '-1\n', '0\n', '99999999999\n'])(
    'refuses without a name when the process id reads %j',
    async text => {
      const lock = await lockData(storePath(), random)
      writeFileSync(join(directory(), 'server.pid'), text)
      const refusal = await catchRefusal(() => lockData(storePath(), random))
      expect(refusal.holderPid).toBeNull()
      expect(refusal.message).toMatch(/^Another server is already using /)
      await lock.release()
      // It names nobody of this process, so it stays.
      expect(readFileSync(join(directory(), 'server.pid'), 'utf8')).toBe(text)
    },
  )

  it('makes nothing where there is no store', async () => {
    const absent = join(directory(), 'absent.db')
    const before = readdirSync(directory())
    await expect(lockData(absent, random)).rejects.toThrow(StoreMissingError)
    expect(readdirSync(directory())).toEqual(before)
  })

  it('says what is wrong with the lock file, and lets go of the store', async () => {
    const lockFile = join(directory(), 'server.lock')
    mkdirSync(lockFile)
    await expect(lockData(storePath(), random)).rejects.toThrow(StoreOpenError)
    rmSync(lockFile, { recursive: true })
    writeFileSync(lockFile, 'not a database, and long enough to tell'.repeat(50))
    await expect(lockData(storePath(), random)).rejects.toThrow(/its file is not a SQLite database/)
    rmSync(lockFile)
    await (await lockData(storePath(), random)).release()
  })
})

function isFileLocked(): boolean {
  const database = new DatabaseSync(join(directory(), 'server.lock'), { timeout: 0 })
  try {
    database.exec('begin exclusive')
    return false
  } catch {
    return true
  } finally {
    database.close()
  }
}

async function catchRefusal(lock: () => Promise<DataLock>): Promise<DataLockedError> {
  try {
    await (await lock()).release()
  } catch (error) {
    if (error instanceof DataLockedError) return error
    throw error
  }
  throw new Error('the store was given a second time')
}
