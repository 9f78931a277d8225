import { createVerify, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ExternalAccountClient } from 'google-auth-library'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findCloudStore } from '../../../../../tools/cloud-stores.ts'
import { createTestClock } from '../../../test/support/clock.ts'
import { describeFaults } from '../test/cloud-faults.ts'
import { obeyConditionOfDeletion, startFakeGcs, tellMissing } from '../test/cloud-programs.ts'
import { type FaultProxy, type ProxiedRequest, startFaultProxy } from '../test/fault-proxy.ts'
import { createObject, describeTarget } from '../test/target-conformance.ts'
import { createTargetDeps } from '../test/target-deps.ts'
import { GCS } from './gcs-target.ts'
import type { TargetDeps } from './target-kind.ts'

const BUCKET = 'keys'
const PATH = '1/.well-known/jwks.json'
const PLACE = `/storage/v1/b/${BUCKET}/o/1%2F.well-known%2Fjwks.json`
const CONDITION = { kind: 'matches', tag: '7' } as const
const KEYS = generateKeyPairSync('rsa', { modulusLength: 2048 })
const PRIVATE_KEY = KEYS.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const TOKEN_ENDPOINT = { access_token: 'access-token-of-the-test', expires_in: 3600 }

let directory: string
/** Gives tokens in the place of Google. */
let tokens: FaultProxy

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'credence-gcs-'))
})
beforeEach(async () => {
  tokens = await startTokenEndpoint()
})
afterEach(() => tokens.close())
afterAll(() => rmSync(directory, { recursive: true }))

describe.skipIf(findCloudStore('fake-gcs-server') === null)(
  `Google Cloud Storage by fake-gcs-server${tellMissing('fake-gcs-server')}`,
  () => {
    describeTarget('gcs', async () => {
      const program = await startFakeGcs(BUCKET)
      const endpoint = await startTokenEndpoint()
      const proxy = await startFaultProxy(program.url)
      proxy.decide = request => obeyConditionOfDeletion(program, request)
      const credentialsFile = write('conformance', serviceAccount(endpoint.url))
      const settings = { bucket: BUCKET, endpoint: proxy.url, prefix: 'base', credentialsFile }
      const open = () => GCS.open('bucket', settings, createTargetDeps())
      return {
        target: open(),
        other: open(),
        async close() {
          await proxy.close()
          await endpoint.close()
          await program.close()
        },
      }
    })

    it('does not take a missing bucket for a missing object', async () => {
      const program = await startFakeGcs(BUCKET)
      const credentialsFile = write('account', serviceAccount(tokens.url))
      const settings = { bucket: 'none', endpoint: program.url, credentialsFile }
      const target = GCS.open('bucket', settings, createTargetDeps())
      await expect(target.read(PATH)).rejects.toThrow(/404.*; there is no bucket none$/)
      await expect(target.remove(PATH, CONDITION)).rejects.toThrow(/there is no bucket none$/)
      await program.close()
    })
  },
)

describe('Google Cloud Storage by the rules of its API', () => {
  let proxy: FaultProxy

  beforeEach(async () => {
    proxy = await startFaultProxy()
  })
  afterEach(() => proxy.close())

  const open = (settings: object = {}, parts: Partial<TargetDeps> = {}) => {
    const credentialsFile = write('account', serviceAccount(tokens.url))
    const whole = { bucket: BUCKET, endpoint: proxy.url, credentialsFile, ...settings }
    return GCS.open('bucket', whole, createTargetDeps(parts))
  }

  describeFaults(async () => {
    const proxy = await startFaultProxy()
    const endpoint = await startTokenEndpoint()
    const credentialsFile = write('faults', serviceAccount(endpoint.url))
    return {
      proxy,
      open: deps =>
        GCS.open('bucket', { bucket: BUCKET, endpoint: proxy.url, credentialsFile }, deps),
      deps: {},
      secrets: [PRIVATE_KEY, PRIVATE_KEY.split('\n')[1] ?? '', TOKEN_ENDPOINT.access_token],
      async close() {
        await proxy.close()
        await endpoint.close()
      },
    }
  })

  it('sends what Google wants', async () => {
    proxy.decide = () => ({ kind: 'answer', status: 200, body: '{}' })
    await open().write(PATH, createObject('{"keys":[]}'), CONDITION)
    const [request] = proxy.requests
    expect(request).toMatchObject({
      method: 'POST',
      path: `/upload/storage/v1/b/${BUCKET}/o?uploadType=multipart&ifGenerationMatch=7`,
      headers: { authorization: `Bearer ${TOKEN_ENDPOINT.access_token}` },
    })
    const [, facts = '', content] = String(request?.body).split(/--[\da-f]{36}(?:--)?\r\n/)
    expect(JSON.parse(facts.split('\r\n\r\n')[1] ?? '')).toEqual({
      name: PATH,
      contentType: 'application/json',
      cacheControl: 'public, max-age=300, must-revalidate',
      md5Hash: 'bBCQlLyauJ4FD70+LKa5ng==',
    })
    expect(content).toBe('content-type: application/json\r\n\r\n{"keys":[]}\r\n')
    await open().remove(PATH, CONDITION)
    expect(proxy.requests[1]).toMatchObject({
      method: 'DELETE',
      path: `${PLACE}?ifGenerationMatch=7`,
    })
  })

  it.each([412, 409])('takes %i for somebody else who writes', async status => {
    proxy.decide = () => ({ kind: 'answer', status })
    expect(await open().write(PATH, createObject('{}'), CONDITION)).toBe('changed')
    expect(await open().remove(PATH, CONDITION)).toBe('changed')
  })

  it('says which permissions it needs', async () => {
    const error = {
      code: 403,
      message: 'p@x does not have storage.objects.create access',
      errors: [{ reason: 'forbidden' }],
    }
    proxy.decide = () => ({ kind: 'answer', status: 403, body: JSON.stringify({ error }) })
    await expect(open().write(PATH, createObject('{}'), CONDITION)).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringMatching(
        /403 forbidden: p@x does not have storage.objects.create access; the credentials need .*roles\/storage.objectUser/,
      ),
    })
  })

  it('reads the bytes of the generation that it was told', async () => {
    let generation = 6
    proxy.decide = ({ path }) => {
      if (path === PLACE) {
        generation += 1
        return {
          kind: 'answer',
          status: 200,
          body: JSON.stringify({ generation: `${generation}` }),
        }
      }
      // Replaced after it was described, once.
      const status = path.includes('generation=7') ? 404 : 200
      return { kind: 'answer', status, body: path }
    }
    expect(await open().read(PATH)).toMatchObject({
      tag: '8',
      bytes: Buffer.from(`${PLACE}?alt=media&generation=8`),
    })
    proxy.decide = ({ path }) =>
      path === PLACE
        ? { kind: 'answer', status: 200, body: '{"generation":"9"}' }
        : { kind: 'answer', status: 404 }
    await expect(open().read(PATH)).rejects.toMatchObject({ reason: 'unreachable' })
  })

  it('refuses a store without generations', async () => {
    proxy.decide = () => ({ kind: 'answer', status: 200, body: '{}' })
    await expect(open().read(PATH)).rejects.toThrow(/tells no generation/)
  })

  describe('with credentials of', () => {
    beforeEach(() => {
      proxy.decide = ({ path }) =>
        path.startsWith(PLACE)
          ? { kind: 'answer', status: 404 }
          : { kind: 'answer', status: 200, body: '{}' }
    })
    const formOf = ({ body }: ProxiedRequest) =>
      Object.fromEntries(new URLSearchParams(body.toString()))
    const readWith = (fields: object) =>
      open({ credentialsFile: write('credentials', JSON.stringify(fields)) }).read(PATH)

    it('a service account: signs a statement, and keeps the token until it ends or is refused', async () => {
      const clock = createTestClock()
      const target = open({}, { clock })
      await target.read(PATH)
      await target.read(PATH)
      expect(tokens.requests).toHaveLength(1)
      const { grant_type: type, assertion = '' } = formOf(tokens.requests[0] as ProxiedRequest)
      expect(type).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
      const [header = '', claims = '', signature = ''] = assertion.split('.')
      const isGood = createVerify('sha256')
        .update(`${header}.${claims}`)
        .verify(KEYS.publicKey, signature, 'base64url')
      expect(isGood).toBe(true)
      expect(decode(header)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' })
      const iat = Math.floor(clock.nowMs() / 1000)
      expect(decode(claims)).toEqual({
        iss: 'publisher@project.example',
        scope: 'https://www.googleapis.com/auth/devstorage.read_write',
        aud: `${tokens.url}/token`,
        iat,
        exp: iat + 3600,
      })
      clock.moveBy(3_400_000)
      await target.read(PATH)
      expect(tokens.requests).toHaveLength(2)
      const answers = [401, 404]
      proxy.decide = () => ({ kind: 'answer', status: answers.shift() ?? 200, body: '{}' })
      expect(await target.read(PATH)).toBeNull()
      expect(tokens.requests).toHaveLength(3)
    })

    it('another issuer, by a token in a file that is read anew', async () => {
      const subject = write('subject', 'first-token\n')
      const fields = {
        type: 'external_account',
        audience:
          '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/c',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: `${tokens.url}/v1/token`,
        credential_source: { file: subject },
      }
      await readWith(fields)
      write('subject', '{"token":"second-token"}')
      const format = { type: 'json', subject_token_field_name: 'token' }
      await readWith({ ...fields, credential_source: { file: subject, format } })
      expect(tokens.requests.map(formOf)).toMatchObject([
        {
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          audience: fields.audience,
          scope: 'https://www.googleapis.com/auth/devstorage.read_write',
          requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
          subject_token: 'first-token',
          subject_token_type: fields.subject_token_type,
        },
        { subject_token: 'second-token' },
      ])
    })

    it("another issuer: asks as Google's own library does", async () => {
      const fields = {
        type: 'external_account',
        audience: 'audience',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: `${tokens.url}/v1/token`,
        credential_source: { file: write('subject', 'subject-token') },
      }
      await readWith(fields)
      const client = ExternalAccountClient.fromJSON(fields)
      if (client === null) throw new Error('the library takes it for no external account')
      client.scopes = ['https://www.googleapis.com/auth/devstorage.read_write']
      await client.getAccessToken()
      const [ours, theirs] = tokens.requests.map(formOf)
      expect(ours).toEqual(theirs)
    })

    it('another issuer, by a URL and as a service account', async () => {
      const urls: string[] = []
      tokens.decide = ({ method, path, headers }) => {
        urls.push(`${method} ${path} ${headers.authorization ?? headers['x-for'] ?? ''}`)
        if (path === '/subject') return { kind: 'answer', status: 200, body: 'subject-token' }
        const body = path.endsWith(':generateAccessToken')
          ? { accessToken: 'token-of-account', expireTime: '2099-01-01T00:00:00Z' }
          : TOKEN_ENDPOINT
        return { kind: 'answer', status: 200, body: JSON.stringify(body) }
      }
      await readWith({
        type: 'external_account',
        audience: 'audience',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: `${tokens.url}/v1/token`,
        service_account_impersonation_url: `${tokens.url}/v1/account:generateAccessToken`,
        credential_source: { url: `${tokens.url}/subject`, headers: { 'x-for': 'credence' } },
      })
      expect(urls).toEqual([
        'GET /subject credence',
        'POST /v1/token ',
        `POST /v1/account:generateAccessToken Bearer ${TOKEN_ENDPOINT.access_token}`,
      ])
      expect(proxy.requests[0]?.headers.authorization).toBe('Bearer token-of-account')
    })

    it.each([
      [
        '/subject',
        { status: 503 },
        'unreachable',
        /503; no token of the workload is to be had there$/,
      ],
      [
        '/v1/account:generateAccessToken',
        { status: 403, body: '{"error":{"status":"PERMISSION_DENIED","message":"iam is denied"}}' },
        'refused',
        /403 PERMISSION_DENIED: iam is denied; the workload needs the role Workload Identity User/,
      ],
      [
        '/v1/account:generateAccessToken',
        { status: 200, body: '{}' },
        'refused',
        /has no `accessToken`$/,
      ],
    ])('another issuer, when %s answers %j', async (place, fate, reason, message) => {
      tokens.decide = ({ path }) =>
        path === place
          ? { kind: 'answer', ...fate }
          : { kind: 'answer', status: 200, body: JSON.stringify(TOKEN_ENDPOINT) }
      const fields = {
        type: 'external_account',
        audience: 'audience',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: `${tokens.url}/v1/token`,
        service_account_impersonation_url: `${tokens.url}/v1/account:generateAccessToken`,
        credential_source: { url: `${tokens.url}/subject` },
      }
      await expect(readWith(fields)).rejects.toMatchObject({
        reason,
        message: expect.stringMatching(message),
      })
      expect(proxy.requests).toEqual([])
    })

    it('a person, by a refresh token', async () => {
      const fields = {
        type: 'authorized_user',
        client_id: 'client',
        client_secret: 'secret',
        refresh_token: 'refresh',
      }
      await readWith({ ...fields, token_uri: `${tokens.url}/token` })
      const { type: _type, ...sent } = fields
      expect(tokens.requests.map(formOf)).toEqual([{ grant_type: 'refresh_token', ...sent }])
    })

    it('the machine, by its metadata server', async () => {
      const env = { GCE_METADATA_HOST: new URL(tokens.url).host }
      await open({ credentialsFile: undefined }, { env }).read(PATH)
      expect(tokens.requests[0]).toMatchObject({
        method: 'GET',
        path: '/computeMetadata/v1/instance/service-accounts/default/token',
        headers: { 'metadata-flavor': 'Google' },
      })
      tokens.decide = () => ({ kind: 'answer', status: 404 })
      await expect(open({ credentialsFile: undefined }, { env }).read(PATH)).rejects.toThrow(
        /^no Google credentials: neither .* status 404; this machine may have no/,
      )
    })

    it('a variable that names the file', async () => {
      const file = write('account', serviceAccount(tokens.url))
      const env = { GOOGLE_APPLICATION_CREDENTIALS: file }
      expect(await open({ credentialsFile: undefined }, { env }).read(PATH)).toBeNull()
    })

    it.each([
      [{ type: 'impersonated_service_account' }, /has a `type` that is none of service_account/],
      [{ type: 'service_account' }, /has no `token_uri`/],
      [{ type: 'service_account', token_uri: 'http://a.example' }, /no URL with https/],
      [
        { type: 'service_account', token_uri: 'https://a.example', private_key: 'Zm9v' },
        /has a `private_key` that is none$/,
      ],
      [{ type: 'authorized_user', client_id: 'a' }, /has no `client_secret`/],
      [
        {
          type: 'external_account',
          token_url: 'https://a.example',
          audience: 'a',
          credential_source: { executable: {} },
        },
        /`credential_source` without file or url/,
      ],
    ])('nobody: %j', async (fields, message) => {
      await expect(readWith(fields)).rejects.toMatchObject({
        reason: 'refused',
        message: expect.stringMatching(message),
      })
      expect(proxy.requests).toEqual([])
    })

    it('says what the token endpoint says, and no part of a key or an assertion', async () => {
      const error = {
        error: 'invalid_grant',
        error_description: 'Invalid JWT: Token must be a short-lived token (60 minutes)',
      }
      const date = new Date(Date.now() + 3_600_000).toUTCString()
      tokens.decide = () => ({
        kind: 'answer',
        status: 400,
        headers: { date },
        body: JSON.stringify(error),
      })
      await expect(open().read(PATH)).rejects.toMatchObject({
        reason: 'refused',
        message: expect.stringMatching(
          /400 invalid_grant: Invalid JWT: Token must be .*; the key of .* may have been deleted; the clock of this machine is 60 minutes behind that of/,
        ),
      })
    })
  })
})

it.each([
  [{}, null],
  [{ endpoint: 'http://gcs.internal' }, /without TLS/],
  [{ endpoint: 'https://gcs.internal/path' }, /without a path/],
])('finds what settings cannot be: %j', (settings, fault) => {
  const found = GCS.findFault({ bucket: BUCKET, ...settings })
  if (fault === null) expect(found).toBeNull()
  else expect(found).toMatch(fault)
})

it.each([[{ bucket: 'Keys' }], [{ prefix: 'a/..' }], [{ privateKey: 'in clear' }]])(
  'does not take settings such as %j',
  settings => {
    expect(GCS.settings.safeParse({ bucket: BUCKET, ...settings }).success).toBe(false)
  },
)

function write(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

async function startTokenEndpoint(): Promise<FaultProxy> {
  const endpoint = await startFaultProxy()
  const body = JSON.stringify(TOKEN_ENDPOINT)
  endpoint.decide = () => ({ kind: 'answer', status: 200, body })
  return endpoint
}

function serviceAccount(url: string): string {
  return JSON.stringify({
    type: 'service_account',
    client_email: 'publisher@project.example',
    private_key_id: 'key-1',
    private_key: PRIVATE_KEY,
    token_uri: `${url}/token`,
  })
}

function decode(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
}
