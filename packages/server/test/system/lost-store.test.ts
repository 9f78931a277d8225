import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
} from 'node:fs'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { CreateUserCommand } from '@aws-sdk/client-iam'
import { describe, expect, it, vi } from 'vitest'
import { startCredence, startServe } from './credence-process.ts'
import { createInstallation, type Installation } from './installation.ts'
import { createSdkClients } from './sdk-clients.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 60_000 })

const PATIENCE = { timeout: 20_000, interval: 50 }

const dataDirectory = ({ directory }: Installation): string => join(directory, 'data')
const storeFile = (installation: Installation): string =>
  join(dataDirectory(installation), 'credence.db')

/** A backup of the store, taken beside whoever has it open. */
async function backUp(installation: Installation): Promise<string> {
  const to = join(installation.directory, 'backup.db')
  using source = new DatabaseSync(storeFile(installation), { readOnly: true })
  await backup(source, to)
  chmodSync(to, 0o600)
  return to
}

/** What the log of a server has to say of a loss, and how often; its sentences apart. */
function readErrors(errors: string) {
  const lines = errors.split('\n')
  return {
    sentences: lines.filter(line => line.startsWith('error: ')),
    logged: lines.filter(line => line.includes('the store is no longer its own')).length,
  }
}

describe('a server whose store is taken away', () => {
  it.each<[string, (installation: Installation) => Promise<void> | void, RegExp]>([
    [
      'a backup is moved into its place',
      async installation => renameSync(await backUp(installation), storeFile(installation)),
      /credence\.db was replaced/,
    ],
    [
      'its file is removed',
      installation => rmSync(storeFile(installation)),
      /credence\.db was removed/,
    ],
    [
      'its file is emptied',
      installation => truncateSync(storeFile(installation)),
      /credence\.db was emptied/,
    ],
    [
      'its log is removed',
      installation => rmSync(`${storeFile(installation)}-wal`),
      /credence\.db-wal was removed/,
    ],
    [
      'its directory is moved away',
      installation => renameSync(dataDirectory(installation), join(installation.directory, 'old')),
      /credence\.db was removed/,
    ],
  ])('stops with a sentence, all its workers too: %s', async (_what, take, message) => {
    for (const workers of [1, 2]) {
      using installation = await createInstallation({ settings: { server: { workers } } })
      await using server = await startServe(installation.configFile)
      using clients = createSdkClients(installation)
      await clients.issue()
      await take(installation)
      const { exitCode, errors } = await server.ended
      expect(exitCode).toBe(4)
      const { sentences, logged } = readErrors(errors)
      expect(sentences).toEqual([
        expect.stringMatching(
          /^error: The file .* while the server had it open\. The server has stopped: /,
        ),
      ])
      expect(sentences[0]).toMatch(message)
      expect(logged).toBeGreaterThan(0)
      expect(errors).not.toContain('defect')
      await expect(fetch(`${installation.endpoint}/livez`)).rejects.toThrow()
    }
  })

  it('acknowledges no change that nobody would find', async () => {
    using installation = await createInstallation()
    await using server = await startServe(installation.configFile)
    using clients = createSdkClients(installation)
    const create = (UserName: string) => clients.iam.send(new CreateUserCommand({ UserName }))
    const acknowledged: string[] = []
    await create('before')
    const copy = await backUp(installation)
    renameSync(copy, storeFile(installation))
    for (let number = 0; ; number += 1) {
      try {
        await create(`after-${number}`)
        acknowledged.push(`after-${number}`)
      } catch {
        break
      }
    }
    expect((await server.ended).exitCode).toBe(4)
    const { output } = await installation.credence('user', 'list', '--json')
    const found: readonly { readonly name: string }[] = JSON.parse(output)
    expect(found.map(({ name }) => name).toSorted()).toEqual(
      ['admin', 'before', ...acknowledged].toSorted(),
    )
    expect(acknowledged).toEqual([])
  })

  it('leaves what is in its place as it is, with the log that is beside it', async () => {
    using installation = await createInstallation()
    await using server = await startServe(installation.configFile)
    const path = storeFile(installation)
    const copy = await backUp(installation)
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix)
    copyFileSync(copy, path)
    const other = new DatabaseSync(path)
    other.exec('pragma journal_mode = wal')
    other.exec("insert into meta (name, value) values ('test', 'kept')")
    expect(existsSync(`${path}-wal`)).toBe(true)
    expect((await server.ended).exitCode).toBe(4)
    expect(readdirSync(dataDirectory(installation))).toEqual(
      expect.arrayContaining(['credence.db', 'credence.db-shm', 'credence.db-wal']),
    )
    using reader = new DatabaseSync(path, { readOnly: true })
    expect({ ...reader.prepare("select value from meta where name = 'test'").get() }).toEqual({
      value: 'kept',
    })
    other.close()
  })
})

describe('a second server on the same store', () => {
  it.each<[string, (installation: Installation) => string]>([
    ['by a link to its directory', installation => linkDirectory(installation)],
    ['by a link to its file', installation => linkFile(installation)],
    [
      'after the lock was removed',
      installation => {
        rmSync(join(dataDirectory(installation), 'server.lock'))
        return storeFile(installation)
      },
    ],
  ])('is refused %s', async (_what, prepare) => {
    for (const workers of [1, 2]) {
      using installation = await createInstallation({ settings: { server: { workers } } })
      await using first = await startServe(installation.configFile)
      const path = prepare(installation)
      const { exitCode, errors } = await startCredence([
        ...['serve', '--config', installation.configFile],
        ...['--set', `store.path=${path}`],
      ]).ended
      expect(errors).toMatch(/^error: Another server \(process \d+\) is already using /)
      expect(exitCode).toBe(4)
      // The lock is made anew within a second, for systems that know no other.
      const lock = join(dataDirectory(installation), 'server.lock')
      await vi.waitFor(() => expect(existsSync(lock)).toBe(true), PATIENCE)
      using clients = createSdkClients(installation)
      await clients.issue()
      expect((await first.stop('SIGTERM')).exitCode).toBe(0)
    }
  })
})

function linkDirectory(installation: Installation): string {
  const link = join(installation.directory, 'link')
  symlinkSync(dataDirectory(installation), link)
  return join(link, 'credence.db')
}

function linkFile(installation: Installation): string {
  const place = join(installation.directory, 'elsewhere')
  mkdirSync(place, { mode: 0o700 })
  symlinkSync(storeFile(installation), join(place, 'credence.db'))
  return join(place, 'credence.db')
}
