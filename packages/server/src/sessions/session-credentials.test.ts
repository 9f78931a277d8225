import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Session } from '../principals/session.ts'
import { createMasterKey, type MasterKey } from '../secrets/master-key.ts'
import { MasterKeyring } from '../secrets/master-keyring.ts'
import { Secret } from '../secrets/secret.ts'
import { PACKED_BUDGET_BYTES } from './packed-size.ts'
import {
  createSessionCredentials,
  MAX_SESSION_TOKEN_CHARACTERS,
  type SessionCredentials,
} from './session-credentials.ts'
import { formatSessionRecord } from './session-record.ts'
import { SessionTokenError } from './session-token-error.ts'
import {
  ANY_PRINCIPAL,
  ANY_SESSION,
  PLAIN_SESSION,
  ROLE_PRINCIPAL,
} from './test/session-samples.ts'
import { SECRET_BYTES } from './token-content.ts'
import { ENVELOPE_BYTES } from './token-envelope.ts'

const random = { bytes: (count: number) => randomBytes(count), uuid: () => crypto.randomUUID() }

function createCredentials(keyByte = 1, maxCachedSessions = 10): SessionCredentials {
  const masterKey = createMasterKey(new Uint8Array(32).fill(keyByte), 'a test')
  return createSessionCredentials({
    masterKeys: new MasterKeyring(masterKey, { nowMs: () => 0 }),
    random,
    maxCachedSessions,
  })
}

function reasonOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof SessionTokenError) return error.reason
    throw error
  }
  return 'none'
}

const credentials = createCredentials()
/** A token of it ends with padding, which must not be left out. */
const PADDED_SESSION = { ...PLAIN_SESSION, name: 'builds' }
const issued = credentials.issue(PADDED_SESSION, ROLE_PRINCIPAL)
const { issuedAtMs, expiresAtMs } = PLAIN_SESSION

describe('issue', () => {
  it('makes credentials that look like those of AWS', () => {
    const made = credentials.issue(PLAIN_SESSION, ROLE_PRINCIPAL)
    expect(made.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
    expect(made.secretAccessKey.reveal()).toMatch(/^[A-Za-z0-9+/]{40}$/)
    expect(made.sessionToken.reveal()).toMatch(/^CredenceST01[A-Za-z0-9+/]+={0,2}$/)
    expect(made.expiresAtMs).toBe(expiresAtMs)
  })

  it('makes other credentials each time', () => {
    const again = credentials.issue(PLAIN_SESSION, ROLE_PRINCIPAL)
    expect(again.accessKeyId).not.toBe(issued.accessKeyId)
    expect(again.secretAccessKey.reveal()).not.toBe(issued.secretAccessKey.reveal())
    expect(again.sessionToken.reveal().slice(12, 54)).not.toBe(
      issued.sessionToken.reveal().slice(12, 54),
    )
  })

  it('keeps a usual token below 300 characters', () => {
    expect(issued.sessionToken.reveal().length).toBeLessThan(300)
  })

  it('compresses policies', () => {
    const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/*' }
    const inlinePolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: Array(20).fill(statement),
    })
    const { sessionToken } = credentials.issue({ ...PLAIN_SESSION, inlinePolicy }, ROLE_PRINCIPAL)
    expect(inlinePolicy.length).toBeGreaterThan(1500)
    expect(sessionToken.reveal().length).toBeLessThan(600)
  })

  it('finds room for everything that the packed budget allows, however dense', () => {
    const value = randomBytes(PACKED_BUDGET_BYTES)
      .toString('latin1')
      .replace(/[^!-~]/g, 'x')
    const tags = [{ key: 'dense', value }]
    const dense = { ...PLAIN_SESSION, tags, sourceIdentity: 's'.repeat(64) }
    const { accessKeyId, sessionToken } = credentials.issue(dense, ROLE_PRINCIPAL)
    expect(credentials.open(sessionToken, accessKeyId, issuedAtMs).session.tags).toEqual(tags)
  })

  it('finds room for the largest session that AWS could ask for, without counting on compression', () => {
    // The packed budget, and beside it the longest of everything that is not in it (aws-wire §8,
    // aws-wire-news §1.2): 64 characters of name, 256 of source identity, 255 of subject and audience.
    const value = randomBytes(PACKED_BUDGET_BYTES).toString('base64').slice(0, PACKED_BUDGET_BYTES)
    const largest: Session = {
      ...PLAIN_SESSION,
      name: 'n'.repeat(64),
      tags: [{ key: '', value }],
      sourceIdentity: 's'.repeat(256),
      federatedProvider: `arn:aws-us-gov:iam::000123456789:oidc-provider/${'p'.repeat(247)}`,
      webIdentity: {
        subject: '\u20ac'.repeat(255),
        audience: 'a'.repeat(255),
        authenticationMethods: ['pwd', 'mfa', 'hwk'],
      },
    }
    const bytes = formatSessionRecord({ session: largest, principal: ROLE_PRINCIPAL }).length
    const sealed = ENVELOPE_BYTES + 1 + SECRET_BYTES + bytes
    expect(Math.ceil(sealed / 3) * 4).toBeLessThanOrEqual(MAX_SESSION_TOKEN_CHARACTERS)
    const { accessKeyId, sessionToken } = credentials.issue(largest, ROLE_PRINCIPAL)
    expect(credentials.open(sessionToken, accessKeyId, issuedAtMs).session).toEqual(largest)
  })

  it.each([
    ['dense', randomBytes(4500).toString('base64'), 'none'],
    ['too dense', randomBytes(6500).toString('base64'), 'too-large'],
    ['long', 'x'.repeat(16_000), 'none'],
    ['too long', 'x'.repeat(16_400), 'too-large'],
  ])('bounds the token: %s content', (_, inlinePolicy, reason) => {
    const session = { ...PLAIN_SESSION, inlinePolicy }
    expect(reasonOf(() => credentials.issue(session, ROLE_PRINCIPAL))).toBe(reason)
  })

  it('prints nothing of secret and token', () => {
    const printed = `${inspect(issued, { depth: 9 })} ${JSON.stringify(issued)}`
    expect(printed).not.toContain(issued.secretAccessKey.reveal())
    expect(printed).not.toContain(issued.sessionToken.reveal().slice(12))
  })
})

describe('open', () => {
  it('gives back every session, anew and from memory', () => {
    fc.assert(
      fc.property(ANY_SESSION, ANY_PRINCIPAL, (session, principal) => {
        const { accessKeyId, sessionToken, secretAccessKey } = credentials.issue(session, principal)
        for (const side of [credentials, createCredentials(), credentials]) {
          const opened = side.open(sessionToken, accessKeyId, session.expiresAtMs - 1)
          expect(opened.session).toEqual(session)
          expect(opened.principal).toEqual(principal)
          expect(opened.secret.reveal()).toBe(secretAccessKey.reveal())
        }
      }),
    )
  })

  it.each([
    [expiresAtMs - 1, 'none'],
    [expiresAtMs, 'expired'],
    [expiresAtMs + 1, 'expired'],
  ])('expires at the exact millisecond: %i', (nowMs, reason) => {
    const fresh = createCredentials()
    const open = () => fresh.open(issued.sessionToken, issued.accessKeyId, nowMs)
    expect(reasonOf(open)).toBe(reason)
    fresh.open(issued.sessionToken, issued.accessKeyId, issuedAtMs)
    expect(reasonOf(open)).toBe(reason)
  })

  it('refuses a token of another access key, also one that it remembers', () => {
    const other = credentials.issue(PLAIN_SESSION, ROLE_PRINCIPAL)
    for (const side of [createCredentials(), credentials]) {
      expect(reasonOf(() => side.open(issued.sessionToken, other.accessKeyId, issuedAtMs))).toBe(
        'invalid',
      )
    }
    credentials.open(issued.sessionToken, issued.accessKeyId, issuedAtMs)
    expect(
      reasonOf(() => credentials.open(issued.sessionToken, other.accessKeyId, issuedAtMs)),
    ).toBe('invalid')
  })

  it('calls an expired token of another access key invalid', () => {
    const open = () => credentials.open(issued.sessionToken, 'ASIAIOSFODNN7EXAMPLE', expiresAtMs)
    expect(reasonOf(open)).toBe('invalid')
  })

  it('refuses every change of a character', () => {
    const text = issued.sessionToken.reveal()
    fc.assert(
      fc.property(
        fc.nat({ max: text.length - 1 }),
        fc.constantFrom(...'ABCDEFGHabcdefgh0123+/=-_ \n'),
        (position, character) => {
          fc.pre(text[position] !== character)
          const changed = text.slice(0, position) + character + text.slice(position + 1)
          expect(
            reasonOf(() => credentials.open(new Secret(changed), issued.accessKeyId, issuedAtMs)),
          ).toBe('invalid')
        },
      ),
    )
  })

  it.each([
    ['nothing', ''],
    ['the prefix alone', 'CredenceST01'],
    ['a token of AWS', `IQoJb3JpZ2luX2VjE${'A'.repeat(300)}`],
    ['not base64', 'Credence ST01 ****'],
    ['a later version', issued.sessionToken.reveal().replace('ST01', 'ST02')],
    ['a token without its padding', `${issued.sessionToken.reveal().replace(/=+$/, '')}`],
    ['a token with a space after it', `${issued.sessionToken.reveal()} `],
    ['the longest text', 'A'.repeat(MAX_SESSION_TOKEN_CHARACTERS)],
    ['a text that is too long', 'A'.repeat(MAX_SESSION_TOKEN_CHARACTERS + 1)],
  ])('refuses %s', (name, text) => {
    if (name === 'a token without its padding') expect(text).not.toBe(issued.sessionToken.reveal())
    expect(reasonOf(() => credentials.open(new Secret(text), issued.accessKeyId, issuedAtMs))).toBe(
      'invalid',
    )
  })

  it('refuses a token of another master key', () => {
    const open = () =>
      createCredentials(2).open(issued.sessionToken, issued.accessKeyId, issuedAtMs)
    expect(reasonOf(open)).toBe('invalid')
  })

  it('says nothing of the token in its errors', () => {
    const open = () => credentials.open(issued.sessionToken, 'ASIAIOSFODNN7EXAMPLE', issuedAtMs)
    try {
      open()
      expect.unreachable()
    } catch (error) {
      expect(inspect(error, { depth: 9 })).not.toContain(issued.sessionToken.reveal().slice(12, 40))
    }
  })
})

describe('the memory of opened tokens', () => {
  it('decrypts a token once', () => {
    const side = createCredentials()
    const first = side.open(issued.sessionToken, issued.accessKeyId, issuedAtMs)
    expect(side.open(issued.sessionToken, issued.accessKeyId, issuedAtMs)).toBe(first)
  })

  it.each([
    [2, true],
    [1, false],
  ])('is bounded: with room for %i, the older of two is kept: %s', (maxCachedSessions, isKept) => {
    const side = createCredentials(1, maxCachedSessions)
    const other = side.issue(PLAIN_SESSION, ROLE_PRINCIPAL)
    const first = side.open(issued.sessionToken, issued.accessKeyId, issuedAtMs)
    side.open(other.sessionToken, other.accessKeyId, issuedAtMs)
    const again = side.open(issued.sessionToken, issued.accessKeyId, issuedAtMs)
    expect(again === first).toBe(isKept)
    expect(again).toEqual(first)
  })

  it('keeps no token that was refused', () => {
    const side = createCredentials(1, 1)
    const first = side.open(issued.sessionToken, issued.accessKeyId, issuedAtMs)
    const ended = side.issue({ ...PLAIN_SESSION, expiresAtMs: issuedAtMs }, ROLE_PRINCIPAL)
    expect(reasonOf(() => side.open(ended.sessionToken, ended.accessKeyId, issuedAtMs))).toBe(
      'expired',
    )
    expect(reasonOf(() => side.open(new Secret('AAAA'), issued.accessKeyId, issuedAtMs))).toBe(
      'invalid',
    )
    expect(side.open(issued.sessionToken, issued.accessKeyId, issuedAtMs)).toBe(first)
  })
})

describe('under two master keys', () => {
  const [former, current] = [1, 2].map(keyByte =>
    createMasterKey(new Uint8Array(32).fill(keyByte), 'a test'),
  ) as [MasterKey, MasterKey]
  const { issuedAtMs } = PLAIN_SESSION

  function createTwo() {
    const masterKeys = new MasterKeyring(former, { nowMs: () => 0 })
    const parts = { masterKeys, random, maxCachedSessions: 10 }
    return { masterKeys, sessions: createSessionCredentials(parts) }
  }
  const open = (sessions: SessionCredentials, { sessionToken, accessKeyId }: typeof issued) =>
    sessions.open(sessionToken, accessKeyId, issuedAtMs)

  it('opens what either has sealed, and seals with the current one', () => {
    const { masterKeys, sessions } = createTwo()
    const before = sessions.issue(PLAIN_SESSION, ROLE_PRINCIPAL)
    masterKeys.use({ current, stored: [], issued: [{ masterKey: former, untilMs: 1 }] })
    const after = sessions.issue(PLAIN_SESSION, ROLE_PRINCIPAL)
    for (const each of [before, after, before]) {
      expect(open(sessions, each).principal).toEqual(ROLE_PRINCIPAL)
    }
    expect(reasonOf(() => open(createCredentials(1), after))).toBe('invalid')
    expect(open(createCredentials(2), after).session).toEqual(PLAIN_SESSION)
    const stranger = createCredentials(3).issue(PLAIN_SESSION, ROLE_PRINCIPAL)
    expect(reasonOf(() => open(sessions, stranger))).toBe('invalid')
  })

  it('opens nothing of a key that is dropped, whether the session was in memory or not', () => {
    const { masterKeys, sessions } = createTwo()
    const [known, unknown] = [0, 1].map(() => sessions.issue(PLAIN_SESSION, ROLE_PRINCIPAL)) as [
      typeof issued,
      typeof issued,
    ]
    open(sessions, known)
    masterKeys.use({ current, stored: [former], issued: [] })
    for (const each of [known, unknown])
      expect(reasonOf(() => open(sessions, each))).toBe('invalid')
    // Nor when the key comes back for a moment: the memory is gone.
    expect(sessions.cacheStatistics()['sessions']?.entries).toBe(0)
  })
})

describe('randomness', () => {
  it('comes from the injected source', () => {
    const bytes = vi.fn((count: number) => new Uint8Array(count).fill(1))
    const masterKey = createMasterKey(new Uint8Array(32).fill(1), 'a test')
    const parts = {
      masterKeys: new MasterKeyring(masterKey, { nowMs: () => 0 }),
      random: { bytes, uuid: random.uuid },
      maxCachedSessions: 1,
    }
    const [one, two] = [createSessionCredentials(parts), createSessionCredentials(parts)].map(
      side => side.issue(PLAIN_SESSION, ROLE_PRINCIPAL),
    )
    expect(one?.sessionToken.reveal()).toBe(two?.sessionToken.reveal())
    expect(bytes.mock.calls.flat().toSorted((a, b) => a - b)).toEqual([16, 16, 30, 30, 32, 32])
  })
})
