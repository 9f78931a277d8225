import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { StoreFailure, StoreMissingError, StoreOpenError } from '../failures.ts'
import { MIGRATIONS } from '../migrations/migrations.ts'
import { startChild } from '../test/child.ts'
import { useDirectory } from '../test/directory.ts'
import { ACCOUNT_ID, createAccount, createUser, createUserId } from '../test/records.ts'
import { openSqliteFile } from './database-file.ts'
import { createSqliteStore, createStoreOn } from './sqlite-store.ts'

/** The user id of `nobody`, for tests that need a user without special rights. */
const NOBODY = 65_534

const OPEN_UNPRIVILEGED = new URL('./test/open-unprivileged.ts', import.meta.url)

const directory = useDirectory()

describe('a SQLite store', () => {
  it('makes files that only their owner may read, whatever the umask', async () => {
    const path = join(directory(), 'store.db')
    const umask = process.umask(0)
    try {
      const store = await createSqliteStore({ path, mayCreate: true })
      for (const suffix of ['', '-wal', '-shm']) {
        expect(statSync(path + suffix).mode & 0o777, suffix).toBe(0o600)
      }
      await store.close()
    } finally {
      process.umask(umask)
    }
  })

  it('syncs every commit, checks references and uses the write-ahead log', () => {
    const database = openSqliteFile(join(directory(), 'store.db'), { mayCreate: true })
    const read = (pragma: string) => Object.values(database.prepare(`pragma ${pragma}`).get() ?? {})
    expect(read('journal_mode')).toEqual(['wal'])
    expect(read('synchronous')).toEqual([2])
    expect(read('foreign_keys')).toEqual([1])
    expect(read('busy_timeout')).toEqual([5_000])
    database.close()
  })

  it('overwrites what is erased', async () => {
    const path = join(directory(), 'store.db')
    await makeStore(path)
    const secrets = Array.from({ length: 40 }, () => randomBytes(1_200))
    const countLeft = (): number => {
      const file = readFileSync(path)
      return secrets.filter(secret => file.includes(secret.subarray(0, 32))).length
    }
    const database = openSqliteFile(path)
    database.exec('create table kept (id integer primary key, secret blob)')
    const insert = database.prepare('insert into kept (secret) values (?)')
    for (const secret of secrets) insert.run(secret)
    database.exec('pragma wal_checkpoint(truncate)')
    expect(countLeft()).toBe(40)
    // Some in their places, and whole pages of others.
    database.exec('update kept set secret = null where id % 3 = 0')
    database.exec('delete from kept where id > 10')
    database.exec('drop table kept')
    database.close()
    expect(countLeft()).toBe(0)
  })

  it('keeps types: a column takes no value of another', async () => {
    const path = join(directory(), 'store.db')
    await makeStore(path)
    const database = new DatabaseSync(path)
    const tables = database
      .prepare(
        "select name, strict from pragma_table_list where schema = 'main' and name not like 'sqlite_%'",
      )
      .all()
    expect(tables.length).toBeGreaterThan(8)
    expect(tables.filter(table => table['strict'] !== 1)).toEqual([])
    database.close()
  })

  it('takes a name that looks like a URI for a name', async () => {
    const path = join(directory(), 'file:store.db?mode=memory')
    await makeStore(path)
    expect(statSync(path).size).toBeGreaterThan(0)
  })

  it.each<[string, () => string]>([
    ['in a directory without one', () => join(directory(), 'store.db')],
    ['in a directory that is not there', () => join(directory(), 'absent', 'store.db')],
    [
      'below a file',
      () => {
        writeFileSync(join(directory(), 'file'), '')
        return join(directory(), 'file', 'store.db')
      },
    ],
    [
      'behind a link that leads nowhere',
      () => {
        symlinkSync(join(directory(), 'not', 'mounted.db'), join(directory(), 'link.db'))
        return join(directory(), 'link.db')
      },
    ],
  ])('is not made where it is missing: %s', async (_what, prepare) => {
    const path = prepare()
    const before = readdirSync(directory())
    await expect(createSqliteStore({ path })).rejects.toThrow(StoreMissingError)
    await expect(createSqliteStore({ path })).rejects.toThrow(
      `There is no store at ${path}. If there was one, mount its disk or restore the backup; if it is elsewhere, say so with store.path or name another configuration with --config. A new one is made by \`credence init\`, or by \`credence dev\` for development.`,
    )
    expect(readdirSync(directory())).toEqual(before)
  })

  it('is not made of an empty file, nor of a database without tables', async () => {
    const path = writeStore('')
    await expect(createSqliteStore({ path })).rejects.toThrow(
      `The file ${path} is empty: it is no store. If there was one, restore the backup; if there was none, remove the file and make one with \`credence init\`.`,
    )
    expect(statSync(path).size).toBe(0)
    const database = new DatabaseSync(path)
    database.exec('create table t (a); drop table t')
    database.close()
    await expect(createSqliteStore({ path })).rejects.toThrow(
      /^The store holds nothing, not even its schema\. .* make a store with `credence init`\.$/,
    )
  })

  it.each([
    ['store.db', 0o640],
    ['store.db', 0o604],
    ['store.db-wal', 0o644],
  ])('is refused when others may use %s: mode %o', async (name, mode) => {
    const path = join(directory(), 'store.db')
    await makeStore(path)
    writeFileSync(join(directory(), name), '', { flag: 'a' })
    chmodSync(join(directory(), name), mode)
    await expect(createSqliteStore({ path })).rejects.toThrow(StoreOpenError)
    await expect(createSqliteStore({ path })).rejects.toThrow(
      `The file ${join(directory(), name)} of the store has mode 0${mode.toString(8)}, so others than its owner may use it; run: chmod 600 ${join(directory(), name)}`,
    )
  })

  it.each([0o770, 0o702, 0o777, 0o1777, 0o2775])(
    'is refused in a directory where others may write: mode %o',
    async mode => {
      const path = join(directory(), 'store.db')
      await makeStore(path)
      chmodSync(directory(), mode)
      await expect(createSqliteStore({ path })).rejects.toThrow(
        `The directory ${directory()} of the store has mode ${mode.toString(8).padStart(4, '0')}, so others than its owner may write in it; run: chmod go-w ${directory()}`,
      )
      chmodSync(directory(), 0o755)
      await (await createSqliteStore({ path })).close()
    },
  )

  it('is judged where it is, and not by the directory of a link to it', async () => {
    const [real, linked] = [join(directory(), 'real'), join(directory(), 'linked')]
    mkdirSync(real, { mode: 0o700 })
    mkdirSync(linked, { mode: 0o700 })
    const path = join(linked, 'store.db')
    symlinkSync(join(real, 'store.db'), path)
    await makeStore(join(real, 'store.db'))
    await (await createSqliteStore({ path })).close()
    chmodSync(real, 0o777)
    await expect(createSqliteStore({ path })).rejects.toThrow(`The directory ${real} of the store`)
  })

  it.each([
    {
      what: 'a directory where the file should be',
      prepare: () => {
        mkdirSync(join(directory(), 'store.db'))
        return join(directory(), 'store.db')
      },
      message: /^The file .*store\.db of the store is not a regular file\.$/,
    },
    {
      what: 'a text file',
      prepare: () => writeStore('this is not a database\n'.repeat(100)),
      message: /^The store .*store\.db cannot be opened: its file is not a SQLite database\.$/,
    },
    {
      what: 'a few bytes of something',
      prepare: () => writeStore('garbage'),
      message: /^The store .*store\.db cannot be opened: its file is not a SQLite database\.$/,
    },
  ])('refuses $what', async ({ prepare, message }) => {
    const path = prepare()
    for (const mayCreate of [false, true]) {
      await expect(createSqliteStore({ path, mayCreate })).rejects.toThrow(StoreOpenError)
      await expect(createSqliteStore({ path, mayCreate })).rejects.toThrow(message)
    }
  })

  it('is not made below a file', async () => {
    writeFileSync(join(directory(), 'file'), '')
    await expect(makeStore(join(directory(), 'file', 'store.db'))).rejects.toThrow(
      /^The directory .*file of the store is not a directory\.$/,
    )
    await expect(makeStore(join(directory(), 'file', 'deeper', 'store.db'))).rejects.toThrow(
      /^The directory .* cannot be used: a part of its path is not a directory\.$/,
    )
  })

  it('is not made with a name that is too long', async () => {
    await expect(makeStore(join(directory(), 'a'.repeat(300)))).rejects.toThrow(
      /^The file .* of the store cannot be used: its name is too long\.$/,
    )
  })

  it('leaves a file that is no database as it was', async () => {
    const text = 'my only copy of something\n'.repeat(100)
    const path = writeStore(text)
    await expect(createSqliteStore({ path })).rejects.toThrow(StoreOpenError)
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  it('refuses a damaged database', async () => {
    const path = join(directory(), 'store.db')
    await makeStore(path)
    const bytes = readFileSync(path)
    bytes.fill(0xa5, 100)
    writeFileSync(path, bytes)
    await expect(createSqliteStore({ path })).rejects.toThrow(
      /^The store .* cannot be opened: its file is damaged\.$/,
    )
  })

  it('refuses a database of another program and adds nothing to it', async () => {
    const path = join(directory(), 'store.db')
    const other = new DatabaseSync(path)
    other.exec('create table recipes (name text)')
    chmodSync(path, 0o600)
    await expect(createSqliteStore({ path })).rejects.toThrow(
      'The store is a database of another program: it has the table recipes and no credence_schema. Name one of its own.',
    )
    expect(other.prepare('select name from sqlite_schema').all()).toHaveLength(1)
    other.close()
  })

  it('refuses a schema that a newer program has made, and the version just known it opens', async () => {
    const path = join(directory(), 'store.db')
    await makeStore(path)
    await (await createSqliteStore({ path })).close()
    const newer = new DatabaseSync(path)
    const version = MIGRATIONS.length + 1
    newer.prepare('insert into credence_schema (version, name) values (?, ?)').run(version, 'x')
    newer.close()
    await expect(createSqliteStore({ path })).rejects.toThrow(StoreOpenError)
    await expect(createSqliteStore({ path })).rejects.toThrow(
      `The store has schema version ${version}, made by a newer Credence; this one knows versions up to ${MIGRATIONS.length}. Use the newer program: schemas are never taken back.`,
    )
  })

  it('opens where its user may write, so that the next two tests say something', async () => {
    giveAway(directory())
    expect(await openUnprivileged(join(directory(), 'store.db'))).toBe('opened')
  })

  it('refuses a directory that it may not write', async () => {
    const path = join(directory(), 'store.db')
    giveAway(directory())
    chmodSync(directory(), 0o555)
    expect(await openUnprivileged(path)).toBe(
      `StoreOpenError: The directory ${directory()} of the store cannot be used: this user may not read and write it.`,
    )
    chmodSync(directory(), 0o700)
    expect(existsSync(path)).toBe(false)
  })

  it('refuses a file that it may not write', async () => {
    const path = join(directory(), 'store.db')
    await makeStore(path)
    for (const each of [directory(), path]) giveAway(each)
    chmodSync(path, 0o400)
    expect(await openUnprivileged(path)).toBe(
      `StoreOpenError: The file ${path} of the store cannot be used: this user may not read and write it.`,
    )
  })
})

describe('a SQLite store on a full disk', () => {
  it('says so when it cannot even begin', async () => {
    const path = join(directory(), 'store.db')
    const database = openSqliteFile(path, { mayCreate: true })
    database.exec('pragma max_page_count = 2')
    await expect(createStoreOn(database, path, { mayCreate: true })).rejects.toThrow(
      /^The store .*store\.db cannot be opened: the disk is full\.$/,
    )
    expect(database.isOpen).toBe(false)
    await makeStore(path)
  })

  it('refuses the write, keeps all before it, and goes on when there is room again', async () => {
    const path = join(directory(), 'store.db')
    const database = openSqliteFile(path, { mayCreate: true })
    const store = await createStoreOn(database, path, { mayCreate: true })
    await store.createAccount(createAccount(ACCOUNT_ID))
    const pages = Number(database.prepare('pragma page_count').get()?.['page_count'])
    database.exec(`pragma max_page_count = ${pages + 20}`)

    let written = 0
    const failure = await (async () => {
      for (;;) {
        try {
          await store.createUser(createBigUser(written))
          written += 1
        } catch (error) {
          return error
        }
      }
    })()

    expect(failure).toBeInstanceOf(StoreFailure)
    expect(failure).toMatchObject({ message: 'The store failed: the disk is full.' })
    expect(written).toBeGreaterThan(5)
    await store.checkHealth()
    for (let number = 0; number < written; number += 1) {
      expect(await store.findUserById(ACCOUNT_ID, createUserId(number))).toEqual(
        createBigUser(number),
      )
    }
    expect(await store.findUserById(ACCOUNT_ID, createUserId(written))).toBeNull()
    expect(await store.takeChangedTopics()).toHaveLength(written + 1)

    database.exec(`pragma max_page_count = ${pages + 2_000}`)
    await store.createUser(createBigUser(written))
    expect(await store.takeChangedTopics()).toEqual([`user:${ACCOUNT_ID}/${createUserId(written)}`])
    await store.close()
  })
})

describe('a small write', () => {
  it('reaches the log of writes each time, and tells nobody of a change', async () => {
    const path = join(directory(), 'store.db')
    const store = await createSqliteStore({ path, mayCreate: true })
    const other = await createSqliteStore({ path })
    await other.takeChangedTopics()
    for (let write = 0; write < 3; write += 1) {
      const before = statSync(`${path}-wal`).size
      await store.checkWritable()
      expect(statSync(`${path}-wal`).size).toBeGreaterThan(before)
    }
    expect(await other.takeChangedTopics()).toEqual([])
    expect(await store.takeChangedTopics()).toEqual([])
    await other.close()
    await store.close()
  })

  it('is refused, like every other, when the files are no longer those of the store', async () => {
    const path = join(directory(), 'store.db')
    const store = await createSqliteStore({ path, mayCreate: true })
    await store.createAccount(createAccount(ACCOUNT_ID))
    renameSync(path, `${path}.away`)
    const message = `The store failed: its file ${path} was removed.`
    await expect(store.checkWritable()).rejects.toThrow(new StoreFailure(message))
    await expect(store.createUser(createUser(1))).rejects.toThrow(new StoreFailure(message))
    expect(await store.findAccount(ACCOUNT_ID)).not.toBeNull()
    await store.close()
    // What was acknowledged is in the file, and no log is left for the next one.
    expect(existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0).toBe(false)
    renameSync(`${path}.away`, path)
    const again = await createSqliteStore({ path })
    expect(await again.findAccount(ACCOUNT_ID)).not.toBeNull()
    await again.close()
  })
})

async function makeStore(path: string): Promise<void> {
  await (await createSqliteStore({ path, mayCreate: true })).close()
}

function writeStore(content: string): string {
  const path = join(directory(), 'store.db')
  writeFileSync(path, content, { mode: 0o600 })
  return path
}

function createBigUser(number: number) {
  return createUser(number, { tags: [{ key: 'k', value: 'v'.repeat(3_000) }] })
}

/** Root may write everywhere, so a test run of root's gives its rights away for the attempt. */
async function openUnprivileged(path: string): Promise<string | null> {
  const child = startChild(OPEN_UNPRIVILEGED, [path, String(NOBODY)])
  const line = await child.readLine()
  await child.finish()
  return line
}

function giveAway(path: string): void {
  if (process.getuid?.() === 0) chownSync(path, NOBODY, NOBODY)
}
