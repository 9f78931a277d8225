import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestLibrary, TEST_LIBRARY } from '../../src/signers/test/open-test-library.ts'
import { addAccount, addUser } from '../support/accounts.ts'
import { call } from '../support/calls.ts'
import { readToken } from '../support/issued-token.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { tokenCall } from '../support/token-call.ts'

const NOWHERE = '/nowhere/libcrypto_mb.so.11'

async function readSigner(server: TestServer): Promise<unknown> {
  const response = await fetch(`${server.endpoint}/readyz`)
  const { checks } = (await response.json()) as { checks: Record<string, unknown> }
  expect(response.status).toBe(200)
  return checks['signer']
}

describe('signer.multiBuffer', () => {
  it('off: node:crypto signs, and nothing is looked for', async () => {
    await using server = await startTestServer({ settings: { 'signer.multiBuffer': 'off' } })
    expect(await readSigner(server)).toBe('node:crypto (signer.multiBuffer is off)')
    expect(server.readLog()).not.toContain('libcrypto_mb')
  })

  it('auto: starts without the library, and says in the log and in /readyz why', async () => {
    const settings = { 'signer.multiBuffer': 'auto', 'signer.multiBufferLibrary': NOWHERE }
    await using server = await startTestServer({ settings })
    expect(await readSigner(server)).toMatch(
      /^node:crypto \((this CPU lacks AVX-512 IFMA|libcrypto_mb cannot be used; the log says why)\)$/,
    )
    expect(server.readLog()).toMatch(/tokens are signed by node:crypto, one by one/)
  })

  it('on: does not start without the library, and says what to do', async () => {
    const settings = { 'signer.multiBuffer': 'on', 'signer.multiBufferLibrary': NOWHERE }
    await expect(startTestServer({ settings })).rejects.toThrow(
      /signer\.multiBuffer: is on, but libcrypto_mb cannot be used: .*(cannot be loaded|is for Linux).*set it to auto or off/s,
    )
  })

  it('on: does not start with another library', async () => {
    const settings = { 'signer.multiBuffer': 'on', 'signer.multiBufferLibrary': 'libc.so.6' }
    await expect(startTestServer({ settings })).rejects.toThrow('signer.multiBuffer: is on')
  })
})

const { missing } = await openTestLibrary()
describe.skipIf(missing !== null)(
  `a server with libcrypto_mb${missing === null ? '' : ` (not run: ${missing})`}`,
  () => {
    let server: TestServer
    beforeAll(async () => {
      const settings = {
        'signer.multiBuffer': 'on',
        ...(TEST_LIBRARY !== null && { 'signer.multiBufferLibrary': TEST_LIBRARY }),
      }
      server = await startTestServer({ settings })
    })
    afterAll(() => server[Symbol.asyncDispose]())

    it('says so', async () => {
      expect(await readSigner(server)).toBe('libcrypto_mb 1.0.14')
      expect(server.readLog()).toContain('tokens are signed by libcrypto_mb, up to eight at once')
    })

    it.each(['RS256', 'ES384'])('%s: jose verifies tokens of several accounts', async algorithm => {
      const prefix = algorithm === 'RS256' ? '11111111111' : '22222222222'
      const callers = await Promise.all(
        ['1', '2', '3', '4'].map(async digit => {
          const account = await addAccount(server, `${prefix}${digit}`)
          return (await addUser(server, account, 'alice')).credentials
        }),
      )
      await Promise.all(
        [...callers, ...callers, ...callers].map(async credentials => {
          const options = tokenCall({ SigningAlgorithm: algorithm })
          const { header } = await readToken(server, await call(server, credentials, options))
          expect(JSON.parse(header)).toMatchObject({ alg: algorithm })
        }),
      )
    })
  },
)
