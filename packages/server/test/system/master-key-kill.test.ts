import { execFile } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { openData, SYSTEM_RANDOM } from '../../src/composition.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { createKeyRing } from '../../src/issuer/keys/key-ring.ts'
import { addAccount, addRootKey, addUser } from '../support/accounts.ts'
import { createTestClock } from '../support/clock.ts'
import { startTestServer } from '../support/server.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const SCRIPT = join(import.meta.dirname, '../support/rotate-master-key-until-killed.ts')
const ACCOUNT = '123456789012'

/** A closed installation with what is sealed of every kind. */
async function createInstallation(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'credence-kill-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const server = await startTestServer()
  const account = await addAccount(server, ACCOUNT)
  await addUser(server, account, 'ada')
  await addRootKey(server, account)
  await server.rotateKeys()
  await server.data.store.eraseRemains()
  for (const name of ['credence.db', 'master.key']) {
    copyFileSync(join(server.directory, name), join(directory, name))
  }
  await server[Symbol.asyncDispose]()
  return directory
}

/** How a run ended: the signal, or 0. */
function rotate(directory: string, point: string) {
  return new Promise<string | number>((resolve, reject) => {
    execFile(process.execPath, [SCRIPT, directory, point], (error, _out, errors) => {
      if (error && !error.signal) reject(new Error(errors))
      else resolve(error?.signal ?? 0)
    })
  })
}

/** Opens the installation as a server does, and everything sealed in it. */
async function openEverything(directory: string) {
  const { config } = loadConfig({
    file: null,
    env: {},
    readFile: () => '',
    flags: [['store.path', join(directory, 'credence.db')]],
  })
  const environment = { clock: createTestClock(0), random: SYSTEM_RANDOM, env: {} }
  const data = await openData(config, environment)
  const ids = (await data.store.countSealed()).map(({ masterKeyId }) => masterKeyId)
  let opened = 0
  for (const id of ids) {
    for (const secret of await data.store.listSecretsUnder(id, null, 100)) {
      const context = { purpose: 'access-key-secret', recordId: secret.id } as const
      opened += data.sealer.unseal(context, secret.sealedSecret).length === 40 ? 1 : 0
    }
  }
  const accounts = await data.store.listAccounts({ marker: null, maxItems: 10 })
  for (const { id } of accounts.items) {
    const ring = createKeyRing(await data.store.listIssuerKeys(id), data.binder)
    expect(ring.refused).toEqual([])
    for (const key of ring.published) {
      const recordId = `${key.accountId}/${key.algorithm}/${key.generation}`
      expect(await data.signer.findPublicJwk(key.algorithm, recordId, key.handle)).toEqual(
        key.publicJwk,
      )
      opened += 1
    }
  }
  const { change } = data.settledKeyring
  await data.close()
  return { opened, ids, phase: change?.phase ?? null }
}

/** Each run gets further than the one before: it finds what that has done, and goes on. */
const POINTS = [
  'key-made',
  'announced',
  'sealing',
  'before-batch',
  'within-batch',
  'after-batch',
  // The access keys are sealed anew by now, so these batches are of signing keys.
  'before-batch',
  'within-batch',
  'after-batch',
  'before-canary',
  'sealed',
  'key-kept',
  'key-moved',
]

it('a rotation that is killed anywhere goes on, and everything opens meanwhile', async () => {
  const directory = await createInstallation()
  const before = await openEverything(directory)
  expect(before).toMatchObject({ opened: 6, ids: [expect.any(String)] })
  for (const point of POINTS) {
    expect(await rotate(directory, point), point).toBe('SIGKILL')
    expect(await openEverything(directory), point).toMatchObject({ opened: 6 })
  }
  expect(await rotate(directory, 'none')).toBe(0)
  const after = await openEverything(directory)
  expect(after).toMatchObject({ opened: 6, phase: 'sealed', ids: [expect.any(String)] })
  expect(after.ids).not.toEqual(before.ids)
  const files = readdirSync(directory).filter(name => name.startsWith('master.key'))
  expect(files.toSorted()).toEqual(['master.key', 'master.key.previous'])
})
