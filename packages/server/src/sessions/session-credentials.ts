import { hash } from 'node:crypto'
import { type AccessKeyId, formatAccessKeyId } from '../principals/identifiers.ts'
import type { CacheStatisticsByName } from '../runtime/cache-statistics.ts'
import { CountedCache } from '../runtime/counted-cache.ts'
import type { RandomSource } from '../runtime/random.ts'
import type { MasterKey } from '../secrets/master-key.ts'
import type { MasterKeyring } from '../secrets/master-keyring.ts'
import { SALT_BYTES } from '../secrets/one-message-cipher.ts'
import { Secret } from '../secrets/secret.ts'
import { ByteFormatError } from './byte-reader.ts'
import type { SessionRecord } from './session-record.ts'
import { SessionTokenError } from './session-token-error.ts'
import { formatTokenContent, parseTokenContent, SECRET_BYTES } from './token-content.ts'
import { ENVELOPE_BYTES, EnvelopeError, openEnvelope, sealEnvelope } from './token-envelope.ts'

/**
 * The longest session token. Clients accept any length, but a signed request carries the token in a
 * header, and the headers of a request are bounded (`limits.maxHeadBytes`).
 */
export const MAX_SESSION_TOKEN_CHARACTERS = 8192

const ACCESS_KEY_ID_BYTES = 16

/** Temporary credentials, as they are handed out once and kept nowhere. */
export interface IssuedCredentials {
  /** `ASIA…` */
  readonly accessKeyId: AccessKeyId
  /** 40 characters of base64. */
  readonly secretAccessKey: Secret
  readonly sessionToken: Secret
  readonly expiresAtMs: number
}

/** What an opened session token holds. */
export interface OpenedSession extends SessionRecord {
  /** The secret access key that requests of the session are signed with. */
  readonly secret: Secret
}

/** Makes and opens temporary credentials without a row for them anywhere. */
export interface SessionCredentials {
  /**
   * New credentials for a session. @throws SessionTokenError `too-large` when its content does not
   * fit into {@link MAX_SESSION_TOKEN_CHARACTERS}
   * @param minTokenCharacters the token is made at least so long; at most 4,096
   */
  issue(
    session: SessionRecord['session'],
    principal: SessionRecord['principal'],
    minTokenCharacters?: number,
  ): IssuedCredentials
  /**
   * The session of a token that came with an access key id. The token is ours, belongs to this
   * access key and has not expired at `nowMs`. Whether its principal still exists and still accepts
   * the session is for the caller to look up.
   * @throws SessionTokenError `invalid`, `expired`
   */
  open(sessionToken: Secret, accessKeyId: string, nowMs: number): OpenedSession
  cacheStatistics(): CacheStatisticsByName
}

/** What {@link createSessionCredentials} works with. */
export interface SessionCredentialsDeps {
  /** Those that session tokens are sealed and opened with. They can change at any time. */
  readonly masterKeys: Pick<MasterKeyring, 'current' | 'listForIssued'>
  readonly random: RandomSource
  /** How many opened tokens stay in memory, least recently used ones dropped. */
  readonly maxCachedSessions: number
}

interface CachedSession {
  readonly accessKeyId: string
  readonly masterKey: MasterKey
  readonly opened: OpenedSession
}

/**
 * Sealed session tokens (docs/decisions/0010-session-tokens.md). Opened ones are remembered under
 * the SHA-256 of the token, so that the memory holds no token and a client's next request costs one
 * hash instead of a decryption.
 */
export function createSessionCredentials(deps: SessionCredentialsDeps): SessionCredentials {
  const { random, masterKeys } = deps
  const cache = new CountedCache<CachedSession>({ max: deps.maxCachedSessions })

  const openAnew = (text: string, accessKeyId: string): CachedSession => {
    const { masterKey, content } = decrypt(masterKeys.listForIssued(), text, accessKeyId)
    const { session, principal, secretBytes } = content
    const secret = new Secret(Buffer.from(secretBytes).toString('base64'))
    secretBytes.fill(0)
    return { accessKeyId, masterKey, opened: { session, principal, secret } }
  }

  return {
    issue(session, principal, minTokenCharacters = 0) {
      const accessKeyId = formatAccessKeyId('ASIA', random.bytes(ACCESS_KEY_ID_BYTES))
      const secretBytes = random.bytes(SECRET_BYTES)
      const minBytes = Math.ceil(minTokenCharacters / 4) * 3 - ENVELOPE_BYTES
      const content = encode({ session, principal, secretBytes }, minBytes)
      const { key } = masterKeys.current
      const envelope = sealEnvelope(key, accessKeyId, content, random.bytes(SALT_BYTES))
      content.fill(0)
      const sessionToken = envelope.toString('base64')
      if (sessionToken.length > MAX_SESSION_TOKEN_CHARACTERS) throw tooLarge()
      return {
        accessKeyId,
        secretAccessKey: new Secret(Buffer.from(secretBytes).toString('base64')),
        sessionToken: new Secret(sessionToken),
        expiresAtMs: session.expiresAtMs,
      }
    },

    open(sessionToken, accessKeyId, nowMs) {
      const text = sessionToken.reveal()
      if (text.length > MAX_SESSION_TOKEN_CHARACTERS) throw invalid('the token is too long')
      const key = hash('sha256', text, 'base64')
      const known = cache.get(key)
      if (known !== undefined && known.accessKeyId !== accessKeyId) {
        throw invalid('the token belongs to another access key')
      }
      if (known !== undefined && !isUsable(masterKeys.listForIssued(), known.masterKey)) {
        cache.delete(key)
        throw invalid('the token was sealed under a master key that is not in use any more')
      }
      const found = known ?? openAnew(text, accessKeyId)
      const { opened } = found
      if (nowMs >= opened.session.expiresAtMs) {
        cache.delete(key)
        throw new SessionTokenError('expired', 'the session is over')
      }
      if (known === undefined) cache.set(key, found)
      return opened
    },

    cacheStatistics: () => ({ sessions: cache.statistics() }),
  }
}

function encode(...content: Parameters<typeof formatTokenContent>): Buffer {
  try {
    return formatTokenContent(...content)
  } catch (cause) {
    if (cause instanceof ByteFormatError) throw tooLarge(cause)
    throw cause
  }
}

function isUsable(masterKeys: readonly MasterKey[], { id }: MasterKey): boolean {
  return masterKeys.some(masterKey => masterKey.id === id)
}

/** A token does not name its master key, so each is tried. */
function decrypt(masterKeys: readonly MasterKey[], text: string, accessKeyId: string) {
  const envelope = Buffer.from(text, 'base64')
  // Node's decoder skips what is not base64; only text that it would write itself is accepted.
  if (envelope.toString('base64') !== text) throw invalid('the token is not base64')
  let failure: EnvelopeError | null = null
  for (const masterKey of masterKeys) {
    try {
      const content = parseTokenContent(openEnvelope(masterKey.key, accessKeyId, envelope))
      return { masterKey, content }
    } catch (cause) {
      if (cause instanceof ByteFormatError) throw invalid(cause.message, cause)
      if (!(cause instanceof EnvelopeError)) throw cause
      failure ??= cause
    }
  }
  throw invalid(failure?.message ?? 'there is no master key', failure)
}

function invalid(message: string, cause?: unknown): SessionTokenError {
  return new SessionTokenError('invalid', message, { cause })
}

function tooLarge(cause?: unknown): SessionTokenError {
  const message = `the session's content does not fit into ${MAX_SESSION_TOKEN_CHARACTERS} characters`
  return new SessionTokenError('too-large', message, { cause })
}
