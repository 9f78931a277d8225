import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { findCloudStore } from '../../../../../tools/cloud-stores.ts'
import { createTestClock } from '../../../test/support/clock.ts'
import { signWithSdk } from '../../../test/support/sdk-signer.ts'
import { Secret } from '../../secrets/secret.ts'
import { describeFaults } from '../test/cloud-faults.ts'
import { createMotoBucket, startMoto, tellMissing } from '../test/cloud-programs.ts'
import { type FaultProxy, type ProxiedRequest, startFaultProxy } from '../test/fault-proxy.ts'
import { createObject, describeTarget } from '../test/target-conformance.ts'
import { createTargetDeps } from '../test/target-deps.ts'
import { locateS3Object } from './s3/s3-settings.ts'
import { S3 } from './s3-target.ts'
import type { TargetDeps } from './target-kind.ts'

const BUCKET = 'keys'
const PATH = '1/.well-known/jwks.json'
const ENV = {
  AWS_ACCESS_KEY_ID: 'AKIATEST',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'session-token-of-the-test',
}

describe.skipIf(findCloudStore('moto') === null)(`S3 by moto${tellMissing('moto')}`, () => {
  describeTarget('s3', async () => {
    const moto = await startMoto()
    await createMotoBucket(moto, BUCKET)
    const proxy = await startFaultProxy(moto.url)
    return {
      target: open(proxy, { prefix: 'base' }),
      other: open(proxy, { prefix: 'base' }),
      async close() {
        await proxy.close()
        await moto.close()
      },
    }
  })
})

describe('S3 by the rules of its API', () => {
  let proxy: FaultProxy
  let directory: string

  beforeEach(async () => {
    proxy = await startFaultProxy()
    directory = mkdtempSync(join(tmpdir(), 'credence-s3-'))
  })
  afterEach(async () => {
    await proxy.close()
    rmSync(directory, { recursive: true })
  })

  describeFaults(async () => {
    const proxy = await startFaultProxy()
    return {
      proxy,
      open: deps => open(proxy, {}, deps),
      deps: { env: ENV },
      secrets: [ENV.AWS_SECRET_ACCESS_KEY, ENV.AWS_SESSION_TOKEN],
      close: () => proxy.close(),
    }
  })

  const answer = (status: number, code: string | null, more: object = {}) => {
    const body =
      code === null
        ? ''
        : `<?xml version="1.0"?><Error><Code>${code}</Code><Message>Of ${code}</Message></Error>`
    proxy.decide = () => ({ kind: 'answer', status, body, ...more })
  }

  it('signs as AWS wants it', async () => {
    answer(200, null, { headers: { etag: '"2"' } })
    const clock = createTestClock()
    const deps = createTargetDeps({ env: ENV, clock })
    await open(proxy, { prefix: 'base', encryption: 'aws:kms', kmsKeyId: 'key' }, deps).write(
      PATH,
      createObject('{"keys":[]}'),
      { kind: 'matches', tag: '"1"' },
    )
    const [request] = proxy.requests
    if (request === undefined) throw new Error('nothing was sent')
    expect(request).toMatchObject({ method: 'PUT', path: `/${BUCKET}/base/${PATH}` })
    expect(request.headers).toMatchObject({
      'if-match': '"1"',
      'content-type': 'application/json',
      'cache-control': 'public, max-age=300, must-revalidate',
      'x-amz-checksum-sha256': expect.stringMatching(/^[\w+/]{43}=$/),
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'key',
      'x-amz-security-token': ENV.AWS_SESSION_TOKEN,
    })
    expect(request.headers).not.toHaveProperty('x-amz-acl')
    expect(request.headers.authorization).toBe(await signIndependently(request, clock.nowMs()))
    expect(JSON.stringify(request)).not.toContain(ENV.AWS_SECRET_ACCESS_KEY)
  })

  it('sends no checksum to clones that refuse it', async () => {
    answer(200, null)
    await open(proxy, { checksum: false }).write(PATH, createObject('{}'), { kind: 'absent' })
    expect(proxy.requests[0]?.headers).not.toHaveProperty('x-amz-checksum-sha256')
    expect(proxy.requests[0]?.headers).not.toHaveProperty('x-amz-server-side-encryption')
  })

  it.each([
    [412, 'PreconditionFailed'],
    [412, null],
    [409, 'ConditionalRequestConflict'],
    [409, 'OperationAborted'],
    [404, 'NoSuchKey'],
  ])('takes %i %s for somebody else who writes', async (status, code) => {
    answer(status, code)
    const condition = { kind: 'matches', tag: '"1"' } as const
    expect(await open(proxy).write(PATH, createObject('{}'), condition)).toBe('changed')
    expect(await open(proxy).remove(PATH, condition)).toBe('changed')
  })

  it.each([
    [403, 'AccessDenied', /403 AccessDenied: Of AccessDenied; the credentials need s3:GetObject/],
    [404, 'NoSuchBucket', /`bucket` names one that does not exist/],
    [501, 'NotImplemented', /this store cannot do conditional writes/],
    [403, 'SignatureDoesNotMatch', /the secret access key is not that/],
    [403, 'RequestTimeTooSkewed', /S3 refuses a clock that is more than 15 minutes wrong/],
    [409, 'BucketNotEmpty', /409 BucketNotEmpty/],
  ])('says what to do about %i %s', async (status, code, message) => {
    answer(status, code)
    await expect(open(proxy).write(PATH, createObject('{}'), { kind: 'absent' })).rejects.toThrow(
      message,
    )
    await expect(open(proxy).read(PATH)).rejects.toThrow(message)
  })

  it('tries again after a time-out of S3', async () => {
    answer(400, 'RequestTimeout')
    await expect(open(proxy).read(PATH)).rejects.toMatchObject({ reason: 'unreachable' })
  })

  it.each([
    [
      'the header of a redirect',
      { status: 301, headers: { 'x-amz-bucket-region': 'eu-west-1' }, body: '' },
    ],
    [
      'the body of a refusal',
      {
        status: 400,
        body: '<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>',
      },
    ],
  ])('names the region of the bucket, by %s', async (_name, fate) => {
    proxy.decide = () => ({ kind: 'answer', ...fate })
    await expect(open(proxy).read(PATH)).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringMatching(
        /the bucket is in the region eu-west-1, and `region` says us-east-1$/,
      ),
    })
  })

  it('refuses a store without ETags', async () => {
    answer(200, null)
    await expect(open(proxy).read(PATH)).rejects.toThrow(/no ETag/)
  })

  it('asks nobody without credentials', async () => {
    await expect(open(proxy, {}, createTargetDeps()).read(PATH)).rejects.toMatchObject({
      reason: 'refused',
      message:
        'no AWS credentials: neither `profile` nor `roleArn` is set, and AWS_ACCESS_KEY_ID is not set',
    })
    expect(proxy.requests).toEqual([])
  })

  it('takes credentials that were changed in a file, at once', async () => {
    const file = join(directory, 'credentials')
    const save = (id: string) =>
      writeFileSync(
        file,
        `[publishing]\naws_access_key_id = ${id}\naws_secret_access_key = secret\n`,
      )
    const env = { AWS_SHARED_CREDENTIALS_FILE: file, AWS_CONFIG_FILE: join(directory, 'none') }
    const target = open(proxy, { profile: 'publishing' }, createTargetDeps({ env }))
    answer(404, 'NoSuchKey')
    save('AKIAONE')
    await target.read(PATH)
    save('AKIATWO')
    await target.read(PATH)
    expect(proxy.requests.map(listAccessKey)).toEqual(['AKIAONE', 'AKIATWO'])
  })

  it('assumes the role of a profile at the STS that is named', async () => {
    const file = join(directory, 'config')
    writeFileSync(
      file,
      '[profile publishing]\nrole_arn = arn:aws:iam::123456789012:role/p\nsource_profile = base\n[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = secret\n',
    )
    const sts = await startFaultProxy()
    const body = createSession(1, Date.now()).replaceAll('AssumeRoleWithWebIdentity', 'AssumeRole')
    sts.decide = () => ({ kind: 'answer', status: 200, body })
    const env = { AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: join(directory, 'none') }
    answer(404, 'NoSuchKey')
    const named = { profile: 'publishing', stsEndpoint: sts.url }
    await open(proxy, named, createTargetDeps({ env })).read(PATH)
    vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url)
    await open(proxy, { profile: 'publishing' }, createTargetDeps({ env })).read(PATH)
    vi.unstubAllEnvs()
    expect(proxy.requests.map(listAccessKey)).toEqual(['ASIA1', 'ASIA1'])
    expect(sts.requests.map(listAccessKey)).toEqual(['AKIABASE', 'AKIABASE'])
    await sts.close()
  })

  it('assumes a role by a token in a file, keeps the session, and renews it before it ends', async () => {
    const webIdentityTokenFile = join(directory, 'token')
    const clock = createTestClock(Date.now())
    let sessions = 0
    const sts = await startFaultProxy()
    sts.decide = () => {
      sessions += 1
      return { kind: 'answer', status: 200, body: createSession(sessions, clock.nowMs()) }
    }
    const settings = {
      roleArn: 'arn:aws:iam::123456789012:role/publisher',
      webIdentityTokenFile,
      stsEndpoint: sts.url,
    }
    const target = open(proxy, settings, createTargetDeps({ clock }))
    answer(404, 'NoSuchKey')
    writeFileSync(webIdentityTokenFile, 'first-token')
    await target.read(PATH)
    await target.read(PATH)
    // S3 ends the session before its time: another one is asked for, with the token of now.
    writeFileSync(webIdentityTokenFile, 'second-token')
    proxy.decide = request => {
      const isEnded = listAccessKey(request) === 'ASIA1'
      const code = isEnded ? 'ExpiredToken' : 'NoSuchKey'
      return {
        kind: 'answer',
        status: isEnded ? 400 : 404,
        body: `<Error><Code>${code}</Code></Error>`,
      }
    }
    await target.read(PATH)
    clock.moveBy(3_400_000)
    await target.read(PATH)
    const keys = ['ASIA1', 'ASIA1', 'ASIA1', 'ASIA2', 'ASIA3']
    expect(proxy.requests.map(listAccessKey)).toEqual(keys)
    const bodies = sts.requests.map(({ body }) => new URLSearchParams(body.toString()))
    expect(bodies.map(body => body.get('WebIdentityToken'))).toEqual([
      'first-token',
      'second-token',
      'second-token',
    ])
    expect(bodies[0]?.get('RoleSessionName')).toBe('credence-publishing')
    await sts.close()
  })

  it('asks the STS again that once did not answer', async () => {
    const webIdentityTokenFile = join(directory, 'token')
    writeFileSync(webIdentityTokenFile, 'token')
    const sts = await startFaultProxy()
    sts.decide = () => ({ kind: 'silence' })
    const settings = {
      roleArn: 'arn:aws:iam::123456789012:role/publisher',
      webIdentityTokenFile,
      stsEndpoint: sts.url,
    }
    const target = open(proxy, settings, createTargetDeps({ timeoutMs: 1000 }))
    await expect(target.read(PATH)).rejects.toMatchObject({
      reason: 'unreachable',
      message: 'AWS credentials did not come in time',
    })
    expect(proxy.requests).toEqual([])
    const body = createSession(1, Date.now())
    sts.decide = () => ({ kind: 'answer', status: 200, body })
    answer(404, 'NoSuchKey')
    // Who asks in the very moment in which the first question ends gets its end.
    await expect.poll(() => target.read(PATH).catch(String)).toBeNull()
    await sts.close()
  })

  it('says that a role cannot be assumed, without the token', async () => {
    const webIdentityTokenFile = join(directory, 'token')
    writeFileSync(webIdentityTokenFile, 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2lnbmF0dXJl')
    const body =
      '<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>No OpenIDConnect provider</Message></Error></ErrorResponse>'
    answer(400, null, { body })
    const settings = {
      roleArn: 'arn:aws:iam::1:role/x',
      webIdentityTokenFile,
      stsEndpoint: proxy.url,
    }
    const error = await open(proxy, settings)
      .read(PATH)
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      reason: 'refused',
      message: expect.stringMatching(
        /^No AWS credentials from the role .*No OpenIDConnect provider/,
      ),
    })
    expect(String(error)).not.toContain('eyJ')
  })
})

describe('where an object of S3 is', () => {
  it.each([
    [{}, 'https://keys.s3.eu-west-1.amazonaws.com/a/b.json'],
    [{ addressing: 'path' }, 'https://s3.eu-west-1.amazonaws.com/keys/a/b.json'],
    [{ bucket: 'keys.example' }, 'https://s3.eu-west-1.amazonaws.com/keys.example/a/b.json'],
    [{ region: 'cn-north-1' }, 'https://keys.s3.cn-north-1.amazonaws.com.cn/a/b.json'],
    [{ endpoint: 'https://minio.internal:9000' }, 'https://minio.internal:9000/keys/a/b.json'],
    [
      { endpoint: 'https://minio.internal:9000', addressing: 'host' },
      'https://keys.minio.internal:9000/a/b.json',
    ],
  ])('%j', (settings, url) => {
    const whole = { bucket: 'keys', region: 'eu-west-1', checksum: true, ...settings }
    expect(locateS3Object(whole as Parameters<typeof locateS3Object>[0], 'a/b.json').href).toBe(url)
  })
})

it.each([
  [{}, null],
  [{ endpoint: 'https://minio.internal:9000' }, null],
  [{ endpoint: 'http://localhost:9000' }, null],
  [{ endpoint: 'http://minio.internal' }, /needs a `endpoint` with https:\/\/: without TLS/],
  [{ endpoint: 'minio' }, /needs a `endpoint`/],
  [{ endpoint: 'https://minio.internal/s3' }, /without a path/],
  [{ endpoint: 'https://minio.internal/' }, /slash at the end/],
  [{ endpoint: 'https://a:b@minio.internal' }, /a password in `endpoint`/],
  [{ stsEndpoint: 'http://sts.internal' }, /`stsEndpoint` with https/],
  [{ bucket: 'keys.example', addressing: 'host' }, /needs `addressing: path`/],
  [{ roleArn: 'arn' }, /together/],
  [{ webIdentityTokenFile: 'file' }, /together/],
  [{ roleArn: 'arn', webIdentityTokenFile: 'file' }, null],
  [{ roleArn: 'arn', webIdentityTokenFile: 'file', profile: 'p' }, /one of `profile`/],
  [{ kmsKeyId: 'key' }, /only with `encryption: aws:kms`/],
  [{ kmsKeyId: 'key', encryption: 'AES256' }, /only with/],
  [{ kmsKeyId: 'key', encryption: 'aws:kms' }, null],
])('finds what settings cannot be: %j', (settings, fault) => {
  const found = S3.findFault({ bucket: BUCKET, region: 'us-east-1', ...settings })
  if (fault === null) expect(found).toBeNull()
  else expect(found).toMatch(fault)
})

it.each([
  [{ bucket: 'Keys' }],
  [{ bucket: 'a' }],
  [{ region: '' }],
  [{ prefix: '/a' }],
  [{ prefix: 'a/../b' }],
  [{ prefix: 'a//b' }],
  [{ secretAccessKey: 'in clear' }],
])('does not take settings such as %j', settings => {
  const whole = { bucket: BUCKET, region: 'us-east-1', ...settings }
  expect(S3.settings.safeParse(whole).success).toBe(false)
})

function open(proxy: FaultProxy, settings: object = {}, deps?: TargetDeps) {
  const whole = { bucket: BUCKET, region: 'us-east-1', endpoint: proxy.url, ...settings }
  return S3.open('bucket', whole, deps ?? createTargetDeps({ env: ENV }))
}

/** The signature of AWS's own library. */
async function signIndependently(request: ProxiedRequest, nowMs: number): Promise<string> {
  const { authorization = '', ...rest } = request.headers
  const signedNames = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? []
  const rawHeaders = Object.entries(rest)
    .filter(([name]) => signedNames.includes(name) && !/^x-amz-(?:date|security-token)$/.test(name))
    .flatMap(([name, value]) => [name, String(value)])
  const { rawHeaders: signed } = await signWithSdk(
    { method: request.method, target: request.path, rawHeaders, body: request.body },
    {
      accessKeyId: ENV.AWS_ACCESS_KEY_ID,
      secretAccessKey: new Secret(ENV.AWS_SECRET_ACCESS_KEY),
      sessionToken: new Secret(ENV.AWS_SESSION_TOKEN),
    },
    { region: 'us-east-1', service: 's3', nowMs },
  )
  return signed[signed.indexOf('authorization') + 1] ?? ''
}

function listAccessKey({ headers }: ProxiedRequest): string | undefined {
  return /Credential=(\w+)\//.exec(headers.authorization ?? '')?.[1]
}

function createSession(number: number, nowMs: number): string {
  const expiration = new Date(nowMs + 3_600_000).toISOString()
  return `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIA${number}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`
}
