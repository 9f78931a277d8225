import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findCloudStore } from '../../../../../tools/cloud-stores.ts'
import { createTestClock } from '../../../test/support/clock.ts'
import { createSelfSigned } from '../../http/test/self-signed.ts'
import { createContainer, createSasToken } from '../test/azure-sas.ts'
import { describeFaults } from '../test/cloud-faults.ts'
import { type Azurite, startAzurite, tellMissing } from '../test/cloud-programs.ts'
import { type FaultProxy, startFaultProxy } from '../test/fault-proxy.ts'
import { createObject, describeTarget } from '../test/target-conformance.ts'
import { createTargetDeps } from '../test/target-deps.ts'
import { AZURE } from './azure-target.ts'
import { sendRequest } from './send-request.ts'
import type { TargetDeps } from './target-kind.ts'

const CONTAINER = 'documents'
const PATH = '1/.well-known/jwks.json'
const CONDITION = { kind: 'matches', tag: '"1"' } as const

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'credence-azure-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

const write = (name: string, text: string): string => {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

describe.skipIf(findCloudStore('azurite') === null)(
  `Azure by Azurite${tellMissing('azurite')}`,
  () => {
    let azurite: Azurite

    beforeAll(async () => {
      azurite = await startAzurite()
      await createContainer(azurite, CONTAINER, { canEverybodyRead: false })
    })
    afterAll(() => azurite.close())

    const openReal = (settings: object) => {
      const { account } = azurite
      const endpoint = `${azurite.url}/${account}`
      const whole = { account, container: CONTAINER, endpoint, ...settings }
      return AZURE.open('container', whole, createTargetDeps())
    }

    describeTarget('azure', async () => {
      const accountKeyFile = write('key', azurite.key)
      const open = () => openReal({ accountKeyFile, prefix: 'by-key' })
      return { target: open(), other: open(), close: async () => {} }
    })

    it('takes a shared access signature', async () => {
      const target = openReal({ sasTokenFile: write('sas', `?${createSasToken(azurite)}\n`) })
      expect(await target.write(PATH, createObject('{}'), { kind: 'absent' })).toBe('written')
      expect(await target.read(PATH)).toMatchObject({ contentType: 'application/json' })
    })

    it('reads the key again that was changed in its file', async () => {
      const accountKeyFile = write('rotated', randomBytes(64).toString('base64'))
      const target = openReal({ accountKeyFile })
      await expect(target.read(PATH)).rejects.toMatchObject({
        reason: 'refused',
        message: expect.stringMatching(/403 AuthenticationFailed|403 AuthorizationFailure/),
      })
      write('rotated', azurite.key)
      expect(await target.read('none/jwks.json')).toBeNull()
    })

    it('takes a token of Entra, over TLS with an authority of our own', async () => {
      const { cert, key } = createSelfSigned('localhost')
      const files = { certFile: write('cert.pem', cert), keyFile: write('key.pem', key) }
      const secured = await startAzurite(files)
      const entra = await startFaultProxy()
      try {
        await createContainerByTls(secured, cert)
        entra.decide = () => ({
          kind: 'answer',
          status: 200,
          body: JSON.stringify({ access_token: createStorageToken(), expires_in: 3600 }),
        })
        const { account } = secured
        const settings = {
          account,
          container: CONTAINER,
          endpoint: `${secured.url}/${account}`,
          caFile: files.certFile,
          tenantId: 'tenant',
          clientId: 'client',
          clientAssertionFile: write('assertion', 'assertion'),
          authorityHost: entra.url,
        }
        const target = AZURE.open('container', settings, createTargetDeps())
        expect(await target.write(PATH, createObject('{}'), { kind: 'absent' })).toBe('written')
        const { caFile: _file, ...untrusting } = settings
        await expect(
          AZURE.open('container', untrusting, createTargetDeps()).read(PATH),
        ).rejects.toMatchObject({ reason: 'refused' })
      } finally {
        await entra.close()
        await secured.close()
      }
    })

    it('does not take a missing container for a missing blob', async () => {
      const accountKeyFile = write('key', azurite.key)
      const target = openReal({ accountKeyFile, container: 'none' })
      await expect(target.read(PATH)).rejects.toThrow(/ContainerNotFound.*`container` names one/)
    })
  },
)

describe('Azure by the rules of its API', () => {
  const SIGNATURE = 'c2lnbmF0dXJlIG9mIHRoZSB0ZXN0IHRoYXQgaXMgc2VjcmV0'
  const KEY = randomBytes(64).toString('base64')
  let proxy: FaultProxy
  let entra: FaultProxy

  beforeEach(async () => {
    proxy = await startFaultProxy()
    entra = await startFaultProxy()
  })
  afterEach(async () => {
    await proxy.close()
    await entra.close()
  })

  const open = (settings: object = {}, parts: Partial<TargetDeps> = {}) => {
    const sasTokenFile = write('sas', `sv=2023-11-03&sig=${SIGNATURE}`)
    const base = { account: 'keys', container: CONTAINER, endpoint: proxy.url }
    return AZURE.open('container', { ...base, sasTokenFile, ...settings }, createTargetDeps(parts))
  }
  const answer = (status: number, code: string | null) => {
    const headers = code === null ? {} : { 'x-ms-error-code': code }
    const body = `<Error><Code>${code}</Code><Message>Of ${code}\nRequestId: 1</Message></Error>`
    proxy.decide = () => ({ kind: 'answer', status, headers, body })
  }

  describe.each(['sasTokenFile', 'accountKeyFile'])('with %s', setting => {
    describeFaults(async () => {
      const proxy = await startFaultProxy()
      const sas = `sv=2023-11-03&sig=${SIGNATURE}`
      const file = write(`faults-${setting}`, setting === 'sasTokenFile' ? sas : KEY)
      const base = { account: 'keys', container: CONTAINER, endpoint: proxy.url }
      return {
        proxy,
        open: deps => AZURE.open('container', { ...base, [setting]: file }, deps),
        deps: {},
        secrets: [SIGNATURE, KEY],
        close: () => proxy.close(),
      }
    })
  })

  it('sends what Azure wants', async () => {
    answer(201, null)
    await open().write(PATH, createObject('{}'), CONDITION)
    expect(proxy.requests[0]).toMatchObject({
      method: 'PUT',
      path: `/${CONTAINER}/${PATH}?sv=2023-11-03&sig=${SIGNATURE}`,
      headers: {
        'if-match': '"1"',
        'x-ms-blob-type': 'BlockBlob',
        'x-ms-blob-content-type': 'application/json',
        'x-ms-blob-cache-control': 'public, max-age=300, must-revalidate',
        'content-md5': 'mZFLkyvTelC5g8XnyQrpOw==',
      },
    })
    expect(proxy.requests[0]?.headers).not.toHaveProperty('authorization')
  })

  it.each([
    [412, 'ConditionNotMet', 'changed'],
    [409, 'BlobAlreadyExists', 'changed'],
    [404, 'BlobNotFound', 'changed'],
    [412, 'LeaseIdMissing', /412 LeaseIdMissing: Of LeaseIdMissing$/],
    [409, 'BlobImmutableDueToPolicy', /409 BlobImmutableDueToPolicy/],
    [404, 'ContainerNotFound', /`container` names one that does not exist/],
    [403, 'AuthorizationPermissionMismatch', /Storage Blob Data Contributor/],
    [403, 'AuthorizationFailure', /the firewall of the account/],
    [403, 'AuthenticationFailed', /a signature is wrong or has ended/],
    [403, 'UnauthorizedBlobOverwrite', /may create, but not write/],
  ])(
    'tells a condition that does not hold from other troubles: %i %s',
    async (status, code, outcome) => {
      answer(status, code)
      const outcomes = [
        open().write(PATH, createObject('{}'), CONDITION),
        open().remove(PATH, CONDITION),
      ]
      for (const each of outcomes) {
        if (typeof outcome === 'string') expect(await each).toBe(outcome)
        else await expect(each).rejects.toThrow(outcome)
      }
    },
  )

  it('refuses a service without ETags', async () => {
    answer(200, null)
    await expect(open().read(PATH)).rejects.toThrow(/no ETag/)
  })

  it.each([
    [{ sasTokenFile: '/none' }, '/none cannot be read: ENOENT'],
    [{ sasTokenFile: 'empty' }, 'empty'],
    [{ sasTokenFile: 'sv=2023' }, 'holds no shared access signature'],
    [{ sasTokenFile: undefined, accountKeyFile: 'no key' }, 'holds no key of an account'],
  ])('asks nobody with what is no credential: %j', async (settings, message) => {
    const files = Object.fromEntries(
      Object.entries(settings).map(([name, text]) => [
        name,
        text === undefined || text.startsWith('/')
          ? text
          : write(`bad-${name}`, text === 'empty' ? '' : text),
      ]),
    )
    await expect(open(files).read(PATH)).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringContaining(message),
    })
    expect(proxy.requests).toEqual([])
  })

  describe('with tokens of Entra', () => {
    const openEntra = (parts: Partial<TargetDeps> = {}) => {
      const settings = {
        sasTokenFile: undefined,
        tenantId: 'tenant',
        clientId: 'client',
        clientAssertionFile: join(directory, 'assertion'),
        authorityHost: entra.url,
      }
      return open(settings, parts)
    }
    const giveTokens = (seconds: number | string) => {
      let count = 0
      entra.decide = () => {
        count += 1
        const token = { access_token: `token-${count}`, expires_in: seconds }
        return { kind: 'answer', status: 200, body: JSON.stringify(token) }
      }
    }

    it('shows the assertion, keeps the token, and renews it before it ends or when it is refused', async () => {
      const clock = createTestClock()
      giveTokens('3600')
      answer(404, 'BlobNotFound')
      write('assertion', 'first-assertion\n')
      const target = openEntra({ clock })
      await target.read(PATH)
      await target.read(PATH)
      write('assertion', 'second-assertion\n')
      clock.moveBy(3_400_000)
      await target.read(PATH)
      let refusals = 0
      proxy.decide = () => {
        refusals += 1
        const isFirst = refusals === 1
        const code = isFirst ? 'InvalidAuthenticationInfo' : 'BlobNotFound'
        const headers = { 'x-ms-error-code': code }
        return { kind: 'answer', status: isFirst ? 401 : 404, headers }
      }
      await target.read(PATH)
      expect(proxy.requests.map(({ headers }) => headers.authorization)).toEqual([
        'Bearer token-1',
        'Bearer token-1',
        'Bearer token-2',
        'Bearer token-2',
        'Bearer token-3',
      ])
      expect(entra.requests[0]?.path).toBe('/tenant/oauth2/v2.0/token')
      const forms = entra.requests.map(({ body }) =>
        Object.fromEntries(new URLSearchParams(body.toString())),
      )
      expect(forms.map(form => form['client_assertion'])).toEqual([
        'first-assertion',
        'second-assertion',
        'second-assertion',
      ])
      expect(forms[0]).toMatchObject({
        grant_type: 'client_credentials',
        client_id: 'client',
        scope: 'https://storage.azure.com/.default',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      })
    })

    it('finds them as pods get them', async () => {
      giveTokens(3600)
      answer(404, 'BlobNotFound')
      const env = {
        AZURE_TENANT_ID: 'tenant',
        AZURE_CLIENT_ID: 'client',
        AZURE_FEDERATED_TOKEN_FILE: write('assertion', 'assertion'),
        AZURE_AUTHORITY_HOST: `${entra.url}/`,
      }
      expect(await open({ sasTokenFile: undefined }, { env }).read(PATH)).toBeNull()
      await expect(open({ sasTokenFile: undefined }).read(PATH)).rejects.toThrow(
        /neither `tenantId` nor AZURE_TENANT_ID is set/,
      )
    })

    it('says what Entra says', async () => {
      write('assertion', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2lnbmF0dXJl')
      const error = {
        error: 'invalid_client',
        error_description:
          'AADSTS700024: Client assertion is not within its valid time range.\r\nTrace ID: 1',
      }
      entra.decide = () => ({ kind: 'answer', status: 401, body: JSON.stringify(error) })
      await expect(openEntra().read(PATH)).rejects.toMatchObject({
        reason: 'refused',
        message: expect.stringMatching(
          /status 401 invalid_client: AADSTS700024: Client assertion is not within its valid time range; a federated credential/,
        ),
      })
      expect(proxy.requests).toEqual([])
    })

    it.each([
      [{ status: 503 }, 'unreachable'],
      [{ status: 200, body: 'no JSON' }, 'refused'],
      [{ status: 200, body: '{}' }, 'refused'],
    ])('writes nothing without a token: %j', async (fate, reason) => {
      write('assertion', 'assertion')
      entra.decide = () => ({ kind: 'answer', ...fate })
      await expect(openEntra().read(PATH)).rejects.toMatchObject({ reason })
      expect(proxy.requests).toEqual([])
    })
  })
})

it.each([
  [{}, null],
  [{ endpoint: 'https://blobs.internal/account' }, null],
  [{ endpoint: 'http://blobs.internal' }, /without TLS/],
  [{ authorityHost: 'http://login.internal' }, /without TLS/],
  [{ sasTokenFile: 'a', accountKeyFile: 'b' }, /takes one of/],
  [{ sasTokenFile: 'a', clientId: 'b' }, /takes one of/],
])('finds what settings cannot be: %j', (settings, fault) => {
  const found = AZURE.findFault({ account: 'keys', container: CONTAINER, ...settings })
  if (fault === null) expect(found).toBeNull()
  else expect(found).toMatch(fault)
})

it.each([[{ account: 'Keys' }], [{ container: 'a' }], [{ accountKey: 'in clear' }]])(
  'does not take settings such as %j',
  settings => {
    const whole = { account: 'keys', container: CONTAINER, ...settings }
    expect(AZURE.settings.safeParse(whole).success).toBe(false)
  },
)

/** A token as Azurite takes it: it looks at the claims, not at the signature. */
function createStorageToken(): string {
  const seconds = Math.floor(Date.now() / 1000)
  const tenant = 'ab1f708d-50f6-404c-a006-d71b2ac7a606'
  const claims = {
    aud: 'https://storage.azure.com',
    iss: `https://sts.windows.net/${tenant}/`,
    iat: seconds,
    nbf: seconds - 60,
    exp: seconds + 3600,
    ver: '1.0',
    tid: tenant,
  }
  return ['{"alg":"RS256","typ":"JWT"}', JSON.stringify(claims), 'unsigned']
    .map(part => Buffer.from(part).toString('base64url'))
    .join('.')
}

/** Makes the container with a client that trusts this certificate alone. */
async function createContainerByTls({ account, key, url }: Azurite, ca: string): Promise<void> {
  const query = `restype=container&${createSasToken({ account, key })}`
  const request = {
    method: 'PUT',
    url: new URL(`${url}/${account}/${CONTAINER}?${query}`),
    headers: { 'x-ms-version': '2023-11-03' },
    tls: { ca },
  } as const
  const { status } = await sendRequest(request, createTargetDeps())
  expect(status).toBe(201)
}
