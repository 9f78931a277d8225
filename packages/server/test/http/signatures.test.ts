import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import { addAccount, addUser } from '../support/accounts.ts'
import { type CallOptions, call, type Sign, signInHeader, signInQuery } from '../support/calls.ts'
import { START_MS } from '../support/clock.ts'
import { signWithSdk } from '../support/sdk-signer.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { signAuthority } from './authority-signer.ts'

let server: TestServer
let alice: SigningCredentials

beforeAll(async () => {
  server = await startTestServer()
  const account = await addAccount(server, '123456789012', { isFederationEnabled: false })
  alice = (await addUser(server, account, 'alice')).credentials
})

afterAll(() => server[Symbol.asyncDispose]())

const IDENTITY: CallOptions = { parameters: { Action: 'GetCallerIdentity' } }
const WINDOW_MS = 15 * 60_000

/** Signs, then changes the headers. */
function changing(change: (rawHeaders: readonly string[]) => readonly string[]): Sign {
  return async (request, credentials, context) => {
    const signed = await signInHeader(request, credentials, context)
    return { ...signed, rawHeaders: change(signed.rawHeaders) }
  }
}

describe('signatures that are good (aws-wire §7)', () => {
  it.each<[what: string, options: CallOptions, sign: Sign]>([
    ['in the header', {}, signInHeader],
    ['in the query of a GET', { method: 'GET' }, signInQuery],
    ['in the query of a POST', {}, signInQuery],
    ['by the AWS SDK', {}, signWithSdk],
    // The window is 15 minutes before and after 20:12:19.507; signatures have whole seconds.
    ['of nearly 15 minutes ago', { signedAtMs: START_MS - WINDOW_MS + 500 }, signInHeader],
    ['of nearly 15 minutes ahead', { signedAtMs: START_MS + WINDOW_MS }, signInHeader],
    [
      'of nearly 15 minutes ago in a URL that expires after 60 seconds',
      { method: 'GET', signedAtMs: START_MS - WINDOW_MS + 500 },
      signInQuery,
    ],
    ['for a host of the client’s own', { host: 'sts.example.com' }, signInHeader],
    [
      'for :authority, the host of HTTP/2',
      { host: 'sts.example.com' },
      signAuthority('sts.example.com'),
    ],
    ['over repeated headers', { headers: ['X-A', ' b  c ', 'x-a', 'd'] }, signInHeader],
    ['over a header that is empty', { headers: ['X-A', ''] }, signInHeader],
    ['over a path that is not in its normal form', { path: '/a//./b/../%41' }, signInHeader],
    ['beside headers that are not signed', {}, changing(headers => [...headers, 'X-New', 'a'])],
    [
      'after another one in the same header, of which the last counts',
      {},
      changing(headers =>
        headers.with(-1, (headers.at(-1) ?? '').replace('Signature=', 'Signature=0, Signature=')),
      ),
    ],
    [
      'without spaces after the commas',
      {},
      changing(headers => headers.with(-1, (headers.at(-1) ?? '').replaceAll(', ', ','))),
    ],
  ])('%s', async (_what, options, sign) => {
    const answer = await call(server, alice, { ...IDENTITY, ...options }, sign)
    expect(answer).toMatchObject({ status: 200, body: expect.stringContaining(':user/alice') })
  })

  it('stay good for as long as the window is open, and no longer', async () => {
    await using own = await startTestServer()
    const account = await addAccount(own, '123456789012', { isFederationEnabled: false })
    const { credentials } = await addUser(own, account, 'alice')
    const signedAtMs = own.clock.nowMs()
    const ask = async () => (await call(own, credentials, { ...IDENTITY, signedAtMs })).status
    expect(await ask()).toBe(200)
    // Signed at 20:12:19; the clock showed 507 ms more.
    own.clock.moveBy(WINDOW_MS - 507)
    expect(await ask()).toBe(200)
    own.clock.moveBy(1)
    expect(await ask()).toBe(403)
    own.clock.moveBy(-2 * WINDOW_MS)
    expect(await ask()).toBe(200)
    own.clock.moveBy(-1000)
    expect(await ask()).toBe(403)
  })
})

describe('the host that is signed is the one that was called', () => {
  const mismatch = { status: 403, body: expect.stringContaining('SignatureDoesNotMatch') }

  it.each<[what: string, host: string, signed: string]>([
    [':authority signed as empty', 'sts.example.com', ''],
    [':authority of another host', 'sts.example.com', 'other.example.com'],
    [':authority signed as empty, with an empty Host', '', ''],
  ])('%s', async (_what, host, signed) => {
    const answer = await call(server, alice, { ...IDENTITY, host }, signAuthority(signed))
    expect(answer).toMatchObject(mismatch)
  })

  it('a good signature on its way to another host', async () => {
    const moving: Sign = async (request, credentials, context) => {
      const signed = await signAuthority('sts.example.com')(request, credentials, context)
      return { ...signed, rawHeaders: signed.rawHeaders.with(1, 'other.example.com') }
    }
    const answer = await call(server, alice, { ...IDENTITY, host: 'sts.example.com' }, moving)
    expect(answer).toMatchObject(mismatch)
  })

  it('an empty Host, however well it is signed', async () => {
    expect(await call(server, alice, { ...IDENTITY, host: '' })).toMatchObject(mismatch)
  })

  it('a header of the name :authority is none that HTTP/1.1 can carry', async () => {
    const headers = [':authority', 'sts.example.com']
    expect(await call(server, alice, { ...IDENTITY, headers })).toMatchObject({ status: 400 })
  })
})
