import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished } from 'vitest'
import { SYSTEM_RANDOM, startServer } from '../../src/composition.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { Secret } from '../../src/secrets/secret.ts'
import { call } from '../support/calls.ts'
import { createTestClock } from '../support/clock.ts'
import { readToken } from '../support/issued-token.ts'
import { tokenCall } from '../support/token-call.ts'

// A store outlives the program that made it: what fails here takes an installation its keys.

/** What stands in a kept store, and what it must go on giving. */
const STORES = [
  {
    version: '0.1.0',
    user: {
      accessKeyId: 'AKIAMEBY735GM57QLQPR',
      secretAccessKey: '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',
    },
    issuerPath: '/c9047160-2ffa-4e0f-b6d9-f0327069c1b4',
    kids: {
      RS256: 'hBNn0K74h5JbFSrtFIMkpltT55EtYTeY6iADt_KbvZI',
      ES384: '9bMieCEGX5wDatGpiVQnVFXUPCEV3yzstjUoRqF9dBg',
    },
  },
] as const

const MASTER_KEY = Uint8Array.from({ length: 32 }, (_, index) => index)

/** A server on a copy of the store. */
async function startOn(version: string) {
  const directory = mkdtempSync(join(tmpdir(), 'credence-kept-'))
  const store = join(directory, 'credence.db')
  const masterKey = join(directory, 'master.key')
  writeFileSync(store, '', { mode: 0o600 })
  const database = new DatabaseSync(store)
  database.exec(readFileSync(join(import.meta.dirname, `${version}.sql`), 'utf8'))
  database.close()
  writeFileSync(masterKey, MASTER_KEY, { mode: 0o600 })
  const settings = {
    'listen.port': '0',
    'store.path': store,
    'masterKey.file': masterKey,
    'audit.file': join(directory, 'audit.jsonl'),
    'signer.multiBuffer': 'off',
    'signer.nettle': 'off',
    'log.level': 'error',
  }
  const sources = { file: null, env: {}, readFile: () => '' }
  const { config } = loadConfig({ ...sources, flags: Object.entries(settings) })
  const clock = createTestClock()
  const server = await startServer(config, { clock, random: SYSTEM_RANDOM, env: {} })
  onTestFinished(async () => {
    await server.stop({ graceMs: 0 })
    rmSync(directory, { recursive: true })
  })
  const { endpoint } = server
  return { endpoint, port: Number(new URL(endpoint).port), clock }
}

it.each(STORES)(
  'a store of version $version: its users are known, and its keys sign',
  async ({ version, user, issuerPath, kids }) => {
    const server = await startOn(version)
    const { accessKeyId, secretAccessKey } = user
    const credentials = {
      accessKeyId,
      secretAccessKey: new Secret(secretAccessKey),
      sessionToken: null,
    }
    for (const [algorithm, kid] of Object.entries(kids)) {
      const answer = await call(server, credentials, tokenCall({ SigningAlgorithm: algorithm }))
      const { claims, header } = await readToken(server, answer)
      expect(claims.iss).toBe(`${server.endpoint}${issuerPath}`)
      expect(JSON.parse(header)).toMatchObject({ alg: algorithm, kid })
    }
  },
)
