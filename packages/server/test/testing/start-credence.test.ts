import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { createVerifier } from '@credence/verify'
import { afterEach, describe, expect, it } from 'vitest'
import { CallRefused, createTestClock, startCredence } from '../../src/testing/index.ts'
import { verifyWithJose } from '../clients/verify-as-stranger.ts'

const AUDIENCE = 'https://orders.example.com'

describe('startCredence', () => {
  it('is a server that clients and verifiers find', async () => {
    await using credence = await startCredence()
    const token = await credence.token({ audience: AUDIENCE, algorithm: 'RS256' })
    const claims = await verifyWithJose(token, credence.issuerUrl, AUDIENCE)
    expect(claims['sub']).toBe('arn:aws:iam::123456789012:user/admin')

    const verifier = createVerifier({ issuers: [credence.trustedIssuer], audience: AUDIENCE })
    expect((await verifier.verify(token)).principal.name).toBe('admin')

    const sts = new STSClient(credence.clientConfig())
    const { Arn } = await sts.send(new GetCallerIdentityCommand())
    expect(Arn).toBe(credence.administrator.arn)
    expect(credence.env).toMatchObject({
      AWS_ACCESS_KEY_ID: credence.credentials.accessKeyId,
      AWS_ENDPOINT_URL_STS: credence.endpoint,
      CREDENCE_ISSUER: credence.issuerUrl,
    })
  })

  it('brings no library of the system into the process, whatever the machine has', async () => {
    await using credence = await startCredence()
    const response = await fetch(`${credence.endpoint}/readyz`)
    expect(await response.json()).toMatchObject({
      checks: { signer: 'node:crypto (signer.multiBuffer is off)' },
    })
  })

  it('is gone when it was disposed of', async () => {
    let endpoint = ''
    {
      await using credence = await startCredence()
      endpoint = credence.endpoint
      await credence.stop()
    }
    const socket = connect(Number(new URL(endpoint).port), '127.0.0.1')
    const error = await new Promise<NodeJS.ErrnoException>(resolve => socket.once('error', resolve))
    expect(error.code).toBe('ECONNREFUSED')
  })

  it('shares nothing with another one but its RSA keys', async () => {
    await using one = await startCredence()
    await using other = await startCredence()
    expect(one.issuerUrl).not.toBe(other.issuerUrl)
    const keyOf = (token: string) => JSON.parse(atob(token.split('.', 1)[0] ?? '')).kid
    const [es, otherEs] = [one, other].map(each => each.token({ audience: 'a' }))
    expect(keyOf((await es) ?? '')).not.toBe(keyOf((await otherEs) ?? ''))
    const rs = { audience: 'a', algorithm: 'RS256' } as const
    expect(keyOf(await one.token(rs))).toBe(keyOf(await other.token(rs)))

    await one.createUser('alice')
    await expect(other.user('alice')).rejects.toThrow('there is no user alice')
    const stranger = new STSClient({ ...other.clientConfig(), credentials: one.credentials })
    await expect(stranger.send(new GetCallerIdentityCommand())).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    })
  })

  it.each(['0.0.0.0', '::', '10.0.0.1', '192.168.1.5', 'credence.example.com', '169.254.169.254'])(
    'refuses to listen on %s',
    async host => {
      const refusal = /listens on this machine alone/
      await expect(startCredence({ host })).rejects.toThrow(refusal)
      await expect(startCredence({ settings: { 'listen.host': host } })).rejects.toThrow(refusal)
    },
  )

  it('listens on the other loopback address too', async () => {
    await using credence = await startCredence({ host: 'localhost' })
    const token = await credence.token({ audience: AUDIENCE })
    await verifyWithJose(token, credence.issuerUrl, AUDIENCE)
  })

  it('says what is wrong with its options', async () => {
    await expect(startCredence({ settings: { 'issuer.keyId': 'aws' } })).rejects.toThrow(
      'did you mean issuer.keyIds?',
    )
    await expect(startCredence({ accounts: [{ id: '1' }] })).rejects.toThrow('twelve digits')
    await expect(startCredence({ port: 70_000 })).rejects.toThrow('listen.port')
  })
})

describe('the disk', () => {
  const directories: string[] = []
  const makeDirectory = () => {
    const directory = mkdtempSync(join(tmpdir(), 'credence-kit-'))
    directories.push(directory)
    return directory
  }
  afterEach(() => {
    for (const each of directories.splice(0)) rmSync(each, { recursive: true })
  })

  it('is left alone', async () => {
    const before = readdirSync(process.cwd())
    await using credence = await startCredence()
    await credence.token({ audience: 'a' })
    expect(readdirSync(process.cwd())).toEqual(before)
    expect(existsSync('.credence/audit.jsonl')).toBe(false)
  })

  it('keeps what it is asked to keep', async () => {
    const directory = join(makeDirectory(), 'new')
    let issuerId = ''
    {
      await using credence = await startCredence({ directory })
      await credence.createUser('alice', { tags: { Team: 'a' } })
      issuerId = credence.issuerUrl.slice(credence.endpoint.length)
    }
    await using again = await startCredence({ directory })
    expect(again.issuerUrl).toBe(again.endpoint + issuerId)
    const alice = await again.user('alice')
    await verifyWithJose(await alice.token({ audience: 'a' }), again.issuerUrl, 'a')
  })
})

describe('the clock', () => {
  it('stands still where it is set, and moves', async () => {
    const clock = createTestClock(new Date('2030-01-01T00:00:00Z'))
    await using credence = await startCredence({ clock })
    const verifier = createVerifier({
      issuers: [credence.trustedIssuer],
      audience: AUDIENCE,
      nowMs: clock.nowMs,
    })
    const token = await credence.token({ audience: AUDIENCE, durationSeconds: 600 })
    const { claims } = await verifier.verify(token)
    expect(claims.iat).toBe(Date.parse('2030-01-01T00:00:00Z') / 1000)
    expect(claims.exp - claims.iat).toBe(600)

    clock.advance({ minutes: 10, seconds: 29 })
    await verifier.verify(token)
    clock.advance({ seconds: 1 })
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'token_expired' })
    clock.setTo(Date.parse('2029-12-31T23:59:29.999Z'))
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'token_not_yet_valid' })
  })

  it('goes with the machine until it is moved, and SDK clients follow', async () => {
    await using credence = await startCredence()
    expect(Math.abs(credence.clock.nowMs() - Date.now())).toBeLessThan(60_000)
    const early = new STSClient(credence.clientConfig())
    await early.send(new GetCallerIdentityCommand())
    credence.clock.advance({ days: 400 })
    // The SDK reads the server's time out of its refusal, and signs anew.
    await early.send(new GetCallerIdentityCommand())
    const late = new STSClient({ ...credence.clientConfig(), maxAttempts: 1 })
    await late.send(new GetCallerIdentityCommand())
  })

  it('ends sessions', async () => {
    await using credence = await startCredence()
    const role = await credence.createRole('deployer')
    credence.clock.advance({ minutes: 58 })
    await role.token({ audience: 'a', durationSeconds: 60 })
    credence.clock.advance({ minutes: 2 })
    await expect(role.token({ audience: 'a' })).rejects.toMatchObject({ code: 'ExpiredToken' })
  })

  it.each([new Date('no date'), Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', instant => {
    expect(() => createTestClock(instant)).toThrow(TypeError)
    expect(() => createTestClock().setTo(instant)).toThrow(TypeError)
    expect(() => createTestClock().advance({ ms: Number(instant) })).toThrow(TypeError)
  })
})

describe('identities', () => {
  it('are declared as for credence apply', async () => {
    await using credence = await startCredence({
      accounts: [
        {
          id: '111122223333',
          organization: 'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111',
          users: [{ name: 'alice', path: '/ci/', tags: { Team: 'platform' } }],
          roles: [],
        },
        { id: '444455556666', federation: 'disabled' },
      ],
    })
    expect(credence.accountId).toBe('111122223333')
    const alice = await credence.user('alice')
    expect(alice.arn).toBe('arn:aws:iam::111122223333:user/ci/alice')
    await expect(alice.token({ audience: 'a' })).rejects.toMatchObject({
      name: 'CallRefused',
      code: 'AccessDenied',
      httpStatus: 403,
    })
    await expect(credence.issuerUrlOf('444455556666')).rejects.toThrow('has no issuer')

    await credence.apply({
      accounts: [
        {
          id: '111122223333',
          organization: 'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111',
          users: [
            {
              name: 'alice',
              path: '/ci/',
              tags: { Team: 'platform' },
              attachedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'],
            },
          ],
        },
        { id: '444455556666', federation: 'enabled' },
      ],
    })
    const claims = await verifyWithJose(
      await alice.token({ audience: 'a', tags: { order: '7' } }),
      credence.issuerUrl,
      'a',
    )
    expect(claims['https://sts.amazonaws.com/']).toMatchObject({
      ou_path: ['o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/'],
      principal_tags: { Team: 'platform' },
      request_tags: { order: '7' },
    })
    const other = await credence.user('admin', '444455556666')
    const issuer = await credence.issuerUrlOf('444455556666')
    expect(other.env['CREDENCE_ISSUER']).toBe(issuer)
    await verifyWithJose(await other.token({ audience: 'b' }), issuer, 'b')
  })

  it('are made one by one, and may ask for tokens unless told otherwise', async () => {
    await using credence = await startCredence()
    const alice = await credence.createUser('alice', { tags: { Team: 'a' } })
    await alice.token({ audience: ['a', 'b'], tags: { k: 'v' } })
    const powerless = await credence.createUser('bob', { policies: {} })
    await expect(powerless.token({ audience: 'a' })).rejects.toThrow(CallRefused)

    const role = await credence.createRole('deployer', { path: '/ci/' })
    expect(role.arn).toBe('arn:aws:iam::123456789012:role/ci/deployer')
    expect(role.credentials.sessionToken).toBeDefined()
    await role.token({ audience: 'a', algorithm: 'RS256' })
    const tagged = await credence.role('deployer', {
      sessionName: 'build-7',
      tags: { Branch: 'main' },
      sourceIdentity: 'alice',
      durationSeconds: 900,
    })
    const claims = await verifyWithJose(
      await tagged.token({ audience: 'a' }),
      credence.issuerUrl,
      'a',
    )
    expect(claims['https://sts.amazonaws.com/']).toMatchObject({
      source_identity: 'alice',
      principal_tags: { Branch: 'main' },
    })
    // Making one anew leaves the others.
    await alice.token({ audience: 'a' })
  })

  it('are refused with a reason', async () => {
    await using credence = await startCredence()
    await expect(credence.user('nobody')).rejects.toThrow('there is no user nobody')
    await expect(credence.role('nobody')).rejects.toThrow('there is no role nobody')
    await expect(credence.createUser('x', {}, '999999999999')).rejects.toThrow('no account')
    await expect(credence.createUser('a b')).rejects.toThrow('must be 1 to 128 letters')
    const trustPolicyOf = (principal: object) => ({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
    })
    const service = { trustPolicy: trustPolicyOf({ Service: 'ec2.amazonaws.com' }) }
    await expect(credence.createRole('foreign', service)).rejects.toThrow(CallRefused)
    const nobody = { trustPolicy: trustPolicyOf({ AWS: '999999999999' }) }
    await expect(credence.createRole('open', nobody)).rejects.toThrow('Invalid principal in policy')
  })

  it('may come from the SDK', async () => {
    await using credence = await startCredence()
    await credence.createRole('deployer')
    const alice = await credence.createUser('alice', {
      policies: {
        assume: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }],
        },
      },
    })
    const { Credentials } = await new STSClient(alice.clientConfig()).send(
      new AssumeRoleCommand({
        RoleArn: 'arn:aws:iam::123456789012:role/deployer',
        RoleSessionName: 'build',
      }),
    )
    expect(Credentials?.AccessKeyId).toMatch(/^ASIA/)
  })
})

describe('the record', () => {
  it('has every call, also those of the kit, and no secret', async () => {
    await using credence = await startCredence()
    credence.audit.clear()
    const token = await credence.token({ audience: AUDIENCE })
    await new STSClient(credence.clientConfig()).send(new GetCallerIdentityCommand())
    expect(credence.audit.events().map(event => event.eventName)).toEqual([
      'GetWebIdentityToken',
      'GetCallerIdentity',
    ])
    const [event] = credence.audit.events('GetWebIdentityToken')
    expect(event).toMatchObject({ userIdentity: { userName: 'admin' } })
    expect(JSON.stringify(credence.audit.events())).not.toContain(token)
    credence.audit.clear()
    expect(credence.audit.events()).toEqual([])
  })

  it('has what the server logs', async () => {
    await using credence = await startCredence()
    await new STSClient({
      ...credence.clientConfig(),
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' },
    })
      .send(new GetCallerIdentityCommand())
      .catch(() => undefined)
    expect(credence.log).toContainEqual(
      expect.objectContaining({ level: 'debug', message: 'a call was refused' }),
    )
  })
})
