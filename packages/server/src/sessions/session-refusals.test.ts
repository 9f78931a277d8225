import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createMasterKey } from '../secrets/master-key.ts'
import { MasterKeyring } from '../secrets/master-keyring.ts'
import { Secret } from '../secrets/secret.ts'
import { createSessionCredentials, MAX_SESSION_TOKEN_CHARACTERS } from './session-credentials.ts'
import { SessionTokenError } from './session-token-error.ts'
import { PLAIN_SESSION, ROLE_PRINCIPAL } from './test/session-samples.ts'
import { sealEnvelope } from './token-envelope.ts'

// What the log says about a refused token. Callers get the same answer for every invalid one.

const masterKey = createMasterKey(new Uint8Array(32).fill(1), 'a test')
const random = { bytes: (count: number) => new Uint8Array(count).fill(7), uuid: () => '' }
const createCredentials = () =>
  createSessionCredentials({
    masterKeys: new MasterKeyring(masterKey, { nowMs: () => 0 }),
    random,
    maxCachedSessions: 10,
  })

const issued = createCredentials().issue(PLAIN_SESSION, ROLE_PRINCIPAL)
const token = issued.sessionToken.reveal()
const { issuedAtMs, expiresAtMs } = PLAIN_SESSION
const OTHER_KEY = 'ASIAIOSFODNN7EXAMPLE'

/** A token of ours whose content cannot be read. */
const hollow = sealEnvelope(
  masterKey.key,
  issued.accessKeyId,
  Buffer.of(1),
  random.bytes(32),
).toString('base64')

function refusalOf(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return 'none'
}

interface Refused {
  readonly what: string
  readonly text?: string
  readonly accessKeyId?: string
  readonly nowMs?: number
  readonly reason: SessionTokenError['reason']
  readonly message: string
  /** The name of the error behind it. */
  readonly cause?: string
}

const UNKNOWN = 'the token is too short or has an unknown version'
const REFUSED: readonly Refused[] = [
  {
    what: 'that is too long',
    text: 'A'.repeat(MAX_SESSION_TOKEN_CHARACTERS + 1),
    reason: 'invalid',
    message: 'the token is too long',
  },
  {
    what: 'that is just as long as one may be',
    text: 'A'.repeat(MAX_SESSION_TOKEN_CHARACTERS),
    reason: 'invalid',
    message: UNKNOWN,
    cause: 'EnvelopeError',
  },
  { what: 'that is not base64', text: '*', reason: 'invalid', message: 'the token is not base64' },
  {
    what: 'of another access key',
    accessKeyId: OTHER_KEY,
    reason: 'invalid',
    message: 'the token was changed, or belongs to another access key',
    cause: 'EnvelopeError',
  },
  {
    what: 'with a content that is none',
    text: hollow,
    reason: 'invalid',
    message: 'the content ends too early',
    cause: 'ByteFormatError',
  },
  {
    what: 'that has expired',
    nowMs: expiresAtMs,
    reason: 'expired',
    message: 'the session is over',
  },
]

describe('a session token', () => {
  it.each(REFUSED)('$what is refused, and the error says why', refused => {
    const { text = token, accessKeyId = issued.accessKeyId, nowMs = issuedAtMs } = refused
    const refusal = refusalOf(() => createCredentials().open(new Secret(text), accessKeyId, nowMs))
    expect(refusal).toBeInstanceOf(SessionTokenError)
    expect(refusal).toMatchObject({
      name: 'SessionTokenError',
      reason: refused.reason,
      message: refused.message,
      ...(refused.cause === undefined ? {} : { cause: { name: refused.cause } }),
    })
  })

  it('that is remembered opens for no other access key', () => {
    const credentials = createCredentials()
    credentials.open(issued.sessionToken, issued.accessKeyId, issuedAtMs)
    expect(() => credentials.open(issued.sessionToken, OTHER_KEY, issuedAtMs)).toThrow(
      new SessionTokenError('invalid', 'the token belongs to another access key'),
    )
  })

  it('is found again in memory, and the statistics say so', () => {
    const credentials = createCredentials()
    for (let round = 0; round < 3; round += 1) {
      credentials.open(issued.sessionToken, issued.accessKeyId, issuedAtMs)
    }
    expect(credentials.cacheStatistics()).toEqual({
      sessions: { hits: 2, misses: 1, evictions: 0, entries: 1 },
    })
  })
})

describe('a session with more content than a token holds', () => {
  const TOO_LARGE = `the session's content does not fit into ${MAX_SESSION_TOKEN_CHARACTERS} characters`
  const issue = (inlinePolicy: string) =>
    createCredentials().issue({ ...PLAIN_SESSION, inlinePolicy }, ROLE_PRINCIPAL)

  it.each([
    ['that cannot be written', 'x'.repeat(16_400), { name: 'ByteFormatError' }],
    ['that cannot be compressed enough', makeDense(9000), undefined],
  ])('%s is refused', (_, inlinePolicy, cause) => {
    expect(refusalOf(() => issue(inlinePolicy))).toMatchObject({
      reason: 'too-large',
      message: TOO_LARGE,
      cause,
    })
  })

  it('is refused from the first character on that there is no room for', () => {
    const dense = makeDense(9000)
    let fits = 0
    let tooLong = dense.length
    while (tooLong - fits > 1) {
      const middle = Math.floor((fits + tooLong) / 2)
      if (refusalOf(() => issue(dense.slice(0, middle))) === 'none') fits = middle
      else tooLong = middle
    }
    const { accessKeyId, sessionToken } = issue(dense.slice(0, fits))
    expect(sessionToken.reveal()).toHaveLength(MAX_SESSION_TOKEN_CHARACTERS)
    const { session } = createCredentials().open(sessionToken, accessKeyId, issuedAtMs)
    expect(session.inlinePolicy).toHaveLength(fits)
  })

  it('with text that is not well formed throws a RangeError', () => {
    expect(() => issue('\ud800')).toThrow(RangeError)
  })
})

/** Text without repetitions. */
function makeDense(length: number): string {
  let text = ''
  for (let block = 0; text.length < length; block += 1) {
    text += createHash('sha512').update(String(block)).digest('base64url')
  }
  return text.slice(0, length)
}
