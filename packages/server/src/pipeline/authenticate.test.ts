import { describe, expect, it, vi } from 'vitest'
import { ServiceError, UnavailableError } from '../errors.ts'
import { type Api, IAM, STS } from '../operations/apis.ts'
import type { Caller } from '../principals/caller.ts'
import { Secret } from '../secrets/secret.ts'
import type { OpenedSession, SessionCredentials } from '../sessions/session-credentials.ts'
import { SessionTokenError } from '../sessions/session-token-error.ts'
import { SignatureVerifier } from '../wire/sigv4/verify.ts'
import { type Authenticator, authenticate, readClaim } from './authenticate.ts'
import {
  ASSUMED_ROLE,
  createSession,
  FEDERATED_USER,
  HOME,
  KEY_ID,
  ROOT,
  USER,
} from './test/callers.ts'
import { createReceived, NOW_MS, type SignedWith, signReceived } from './test/requests.ts'

const SECRET = new Secret('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY')
const WRONG_SECRET = new Secret('je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY')
const SESSION_TOKEN = new Secret('c2Vzc2lvbg==')

const INVALID = 'InvalidClientTokenId: The security token included in the request is invalid'
const UNKNOWN = `${INVALID}.`
const EXPIRED = 'ExpiredToken: The security token included in the request is expired'
const MISMATCH = /^SignatureDoesNotMatch: The request signature we calculated does not match/

/** A refusal as `CODE: MESSAGE`, word for word; another error as it is. */
function formatRefusal(error: unknown): unknown {
  return error instanceof ServiceError ? `${error.code}: ${error.message}` : error
}

function claim(signedWith: Partial<SignedWith> = {}, api: Api = STS) {
  const request = signReceived(createReceived(), {
    accessKeyId: KEY_ID,
    secret: SECRET,
    service: api.name,
    ...signedWith,
  })
  return readClaim(request, api, () => true, NOW_MS)
}

describe('what a request says about its signer', () => {
  it.each<readonly [string, Partial<SignedWith>, RegExp | null]>([
    ['is taken in the scope of the API', {}, null],
    ['is refused for another service', { service: 'iam' }, /correct service: 'sts'/],
    ['is refused for a region that is not served', { region: 'us-east-1' }, /valid region/],
    ['is refused after its time', { signedAtMs: NOW_MS - 900_001 }, /Signature expired/],
    ['is taken at the end of its time', { signedAtMs: NOW_MS - 900_000 }, null],
  ])('%s', (_, signedWith, refusal) => {
    const request = signReceived(createReceived(), {
      accessKeyId: KEY_ID,
      secret: SECRET,
      ...signedWith,
    })
    const read = () => readClaim(request, STS, region => region === 'eu-west-1', NOW_MS)
    if (refusal === null) expect(read()).toMatchObject({ accessKeyId: KEY_ID, sessionToken: null })
    else expect(read).toThrow(refusal)
  })
})

/** What stands around the step, and what it did with that. */
function createAuthenticator(parts: {
  readonly keyCaller?: Caller | null
  readonly sessionCaller?: Caller | null
  readonly opened?: OpenedSession | Error
}) {
  const { keyCaller = null, sessionCaller = null } = parts
  const opened = parts.opened ?? new SessionTokenError('invalid', 'it does not open')
  const open = vi.fn<SessionCredentials['open']>(() => {
    if (opened instanceof Error) throw opened
    return opened
  })
  const directory = {
    findCredential: vi.fn<Authenticator['directory']['findCredential']>(async () =>
      keyCaller === null ? null : { caller: keyCaller, secret: SECRET },
    ),
    findSessionPrincipal: vi.fn<Authenticator['directory']['findSessionPrincipal']>(
      async () => sessionCaller,
    ),
    recordKeyUse: vi.fn<Authenticator['directory']['recordKeyUse']>(),
    recordRoleUse: vi.fn<Authenticator['directory']['recordRoleUse']>(),
  }
  const verifier = new SignatureVerifier({ maxCachedKeys: 10 })
  const verify = vi.spyOn(verifier, 'verify')
  const authenticator: Authenticator = {
    directory,
    sessions: { open } as unknown as SessionCredentials,
    verifier,
    resolveRegion: signed => `home of ${signed}`,
  }
  return { authenticator, directory, open, verify }
}

describe('a long-term key', () => {
  it.each<readonly [string, Caller]>([
    ['a user', USER],
    ['root', ROOT],
  ])('of %s proves who calls, and is noted as used', async (_, caller) => {
    const { authenticator, directory, open } = createAuthenticator({ keyCaller: caller })
    expect(await authenticate(claim(), STS, authenticator, NOW_MS)).toBe(caller)
    expect(directory.findCredential).toHaveBeenCalledWith(KEY_ID)
    expect(directory.recordKeyUse.mock.calls).toEqual([
      [KEY_ID, { usedAtMs: NOW_MS, region: 'home of eu-west-1', service: 'sts' }],
    ])
    expect(directory.recordRoleUse).not.toHaveBeenCalled()
    expect(open).not.toHaveBeenCalled()
  })

  it.each<
    readonly [
      string,
      { keyCaller: Caller | null; signedWith: Partial<SignedWith>; refusal: unknown },
    ]
  >([
    [
      'with a wrong secret',
      {
        keyCaller: USER,
        signedWith: { secret: WRONG_SECRET },
        refusal: expect.stringMatching(MISMATCH),
      },
    ],
    ['that nobody has', { keyCaller: null, signedWith: {}, refusal: UNKNOWN }],
    [
      'that nobody has, with a wrong secret',
      { keyCaller: null, signedWith: { secret: WRONG_SECRET }, refusal: UNKNOWN },
    ],
    [
      'that is none by its form',
      { keyCaller: USER, signedWith: { accessKeyId: 'AKIDEXAMPLE' }, refusal: UNKNOWN },
    ],
  ])('%s is refused, after as much work as a known one', async (_, row) => {
    const { authenticator, directory, verify } = createAuthenticator(row)
    const refusal = await authenticate(claim(row.signedWith), STS, authenticator, NOW_MS).catch(
      formatRefusal,
    )
    expect(refusal).toEqual(row.refusal)
    expect(verify).toHaveBeenCalledTimes(1)
    expect(directory.recordKeyUse).not.toHaveBeenCalled()
  })

  it('is not looked up when it is none by its form', async () => {
    const { authenticator, directory } = createAuthenticator({ keyCaller: USER })
    const asked = authenticate(claim({ accessKeyId: "' OR 1" }), STS, authenticator, NOW_MS)
    await expect(asked).rejects.toThrow(ServiceError)
    expect(directory.findCredential).not.toHaveBeenCalled()
  })

  it('proves nothing while the directory cannot be asked', async () => {
    const { authenticator, directory, verify } = createAuthenticator({ keyCaller: USER })
    const failure = new UnavailableError('the store is down')
    directory.findCredential.mockRejectedValue(failure)
    await expect(authenticate(claim(), STS, authenticator, NOW_MS)).rejects.toBe(failure)
    expect(verify).not.toHaveBeenCalled()
  })
})

/** A token that opens as a session of this kind. */
function open(kind: 'assumed-role' | 'federated-user' | 'session-token'): OpenedSession {
  return {
    session: createSession({ kind }),
    principal: { kind: 'root', accountId: HOME.id, parentAccessKeyId: KEY_ID },
    secret: SECRET,
  }
}

describe('temporary credentials', () => {
  const withToken = { sessionToken: SESSION_TOKEN }

  it.each<readonly [string, Api, OpenedSession, Caller]>([
    ['a role', STS, open('assumed-role'), ASSUMED_ROLE],
    ['a role', IAM, open('assumed-role'), ASSUMED_ROLE],
    ['a federated user', STS, open('federated-user'), FEDERATED_USER],
    ['a user', STS, open('session-token'), USER],
  ])('of %s prove who calls', async (_, api, opened, caller) => {
    const parts = createAuthenticator({ opened, sessionCaller: caller })
    expect(await authenticate(claim(withToken, api), api, parts.authenticator, NOW_MS)).toBe(caller)
    expect(parts.open.mock.calls).toEqual([
      [expect.objectContaining({ reveal: expect.anything() }), KEY_ID, NOW_MS],
    ])
    expect(parts.directory.findSessionPrincipal).toHaveBeenCalledWith(opened, KEY_ID)
    expect(parts.directory.findCredential).not.toHaveBeenCalled()
    expect(parts.directory.recordKeyUse).not.toHaveBeenCalled()
  })

  it('of a role are noted as used, and no others', async () => {
    const role = createAuthenticator({
      opened: open('assumed-role'),
      sessionCaller: ASSUMED_ROLE,
    })
    await authenticate(claim(withToken), STS, role.authenticator, NOW_MS)
    expect(role.directory.recordRoleUse.mock.calls).toEqual([
      [ASSUMED_ROLE.role.id, { accountId: HOME.id, usedAtMs: NOW_MS, region: 'home of eu-west-1' }],
    ])
    const user = createAuthenticator({ opened: open('session-token'), sessionCaller: USER })
    await authenticate(claim(withToken), STS, user.authenticator, NOW_MS)
    expect(user.directory.recordRoleUse).not.toHaveBeenCalled()
  })

  it.each<
    readonly [
      string,
      {
        opened: OpenedSession | Error
        sessionCaller: Caller | null
        api?: Api
        signedWith?: Partial<SignedWith>
        refusal: unknown
      },
    ]
  >([
    [
      'whose token does not open',
      {
        opened: new SessionTokenError('invalid', 'x'),
        sessionCaller: ASSUMED_ROLE,
        refusal: INVALID,
      },
    ],
    [
      'whose token is too large',
      {
        opened: new SessionTokenError('too-large', 'x'),
        sessionCaller: ASSUMED_ROLE,
        refusal: INVALID,
      },
    ],
    [
      'whose time is over',
      {
        opened: new SessionTokenError('expired', 'x'),
        sessionCaller: ASSUMED_ROLE,
        refusal: EXPIRED,
      },
    ],
    [
      'whose key id is none by its form',
      {
        opened: open('assumed-role'),
        sessionCaller: ASSUMED_ROLE,
        signedWith: { accessKeyId: 'ASIDEXAMPLE' },
        refusal: INVALID,
      },
    ],
    [
      'of somebody who is gone',
      { opened: open('assumed-role'), sessionCaller: null, refusal: UNKNOWN },
    ],
    [
      'of somebody who is gone, whoever has signed',
      {
        opened: open('assumed-role'),
        sessionCaller: null,
        signedWith: { secret: WRONG_SECRET },
        refusal: UNKNOWN,
      },
    ],
    [
      'with a wrong secret',
      {
        opened: open('assumed-role'),
        sessionCaller: ASSUMED_ROLE,
        signedWith: { secret: WRONG_SECRET },
        refusal: expect.stringMatching(MISMATCH),
      },
    ],
    [
      'of a federated user, for IAM',
      {
        opened: open('federated-user'),
        sessionCaller: FEDERATED_USER,
        api: IAM,
        refusal: INVALID,
      },
    ],
    [
      'of a user, for IAM',
      { opened: open('session-token'), sessionCaller: USER, api: IAM, refusal: INVALID },
    ],
    [
      'of a user, for IAM and with a wrong secret',
      {
        opened: open('session-token'),
        sessionCaller: USER,
        api: IAM,
        signedWith: { secret: WRONG_SECRET },
        refusal: expect.stringMatching(MISMATCH),
      },
    ],
  ])('%s are refused', async (_, row) => {
    const { api = STS } = row
    const { authenticator, directory } = createAuthenticator(row)
    const asked = authenticate(
      claim({ ...withToken, ...row.signedWith }, api),
      api,
      authenticator,
      NOW_MS,
    )
    expect(await asked.catch(formatRefusal)).toEqual(row.refusal)
    expect(directory.recordRoleUse).not.toHaveBeenCalled()
    expect(directory.recordKeyUse).not.toHaveBeenCalled()
  })

  it('keep the reason why a token does not open for the log', async () => {
    const cause = new SessionTokenError('invalid', 'the token is not base64')
    const { authenticator } = createAuthenticator({ opened: cause })
    const asked = authenticate(claim(withToken), STS, authenticator, NOW_MS)
    await expect(asked).rejects.toMatchObject({ cause })
  })

  it('pass on what fails for another reason than the token', async () => {
    const failure = new TypeError('a defect')
    const { authenticator } = createAuthenticator({ opened: failure })
    await expect(authenticate(claim(withToken), STS, authenticator, NOW_MS)).rejects.toBe(failure)
  })
})
