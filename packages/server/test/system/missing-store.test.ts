import { existsSync, readdirSync, renameSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, vi } from 'vitest'
import { startCredence, startServe } from './credence-process.ts'
import { createInstallation, type Installation } from './installation.ts'
import { createSdkClients } from './sdk-clients.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 60_000 })

const storeFile = ({ directory }: Installation): string => join(directory, 'data', 'credence.db')

describe('a server whose store is not there', () => {
  it.each<[string, (installation: Installation) => void, RegExp]>([
    [
      'its disk is not mounted',
      ({ directory }) => renameSync(join(directory, 'data'), join(directory, 'unmounted')),
      /^error: There is no store at \S+\. .*`credence init`/,
    ],
    [
      'its file is gone',
      installation => renameSync(storeFile(installation), `${storeFile(installation)}.away`),
      /^error: There is no store at \S+\. .*`credence init`/,
    ],
    [
      'its file is empty',
      installation => truncateSync(storeFile(installation)),
      /^error: The file \S+ is empty: it is no store\. .*`credence init`/,
    ],
    [
      'nothing is in it',
      installation => {
        const database = new DatabaseSync(storeFile(installation))
        const tables = database.prepare("select name from sqlite_schema where type = 'table'").all()
        database.exec('pragma foreign_keys = off')
        for (const { name } of tables) database.exec(`drop table ${name}`)
        database.close()
      },
      /^error: The store holds nothing, not even its schema\. .*`credence init`/,
    ],
  ])('says so and makes none: %s', async (_what, lose, message) => {
    for (const workers of [1, 2]) {
      using installation = await createInstallation({ settings: { server: { workers } } })
      lose(installation)
      const { directory, configFile } = installation
      const list = () => readdirSync(directory, { recursive: true }).toSorted()
      const before = list()
      await using server = startCredence(['serve', '--config', configFile])
      const { exitCode, output, errors } = await server.ended
      expect(errors).toMatch(message)
      expect({ exitCode, output }).toEqual({ exitCode: 4, output: '' })
      expect(list().filter(name => !String(name).includes('server.'))).toEqual(before)
      expect((await installation.credence('user', 'list')).exitCode).toBe(4)
    }
  })
})

it('a store from before there were installation ids gets one, and all in it stays readable', async () => {
  using installation = await createInstallation()
  const database = new DatabaseSync(storeFile(installation))
  const sealed = () => database.prepare("select * from meta where name <> 'installation'").all()
  const before = sealed()
  database.exec("delete from meta where name = 'installation'")
  for (let start = 0; start < 2; start += 1) {
    await using server = await startServe(installation.configFile)
    using clients = createSdkClients(installation)
    await clients.issue()
    const { errors } = await server.stop('SIGTERM')
    expect(errors).toMatch(/"installation":"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"/)
  }
  expect(sealed()).toEqual(before)
  database.close()
  expect(existsSync(`${storeFile(installation)}-wal`)).toBe(false)
})
