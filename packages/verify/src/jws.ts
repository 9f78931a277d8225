import { ALGORITHM_NAMES, type AlgorithmName, isAlgorithmName } from './algorithms.ts'
import { copyText } from './copy-text.ts'
import { quote, VerifyError } from './errors.ts'
import { type JsonObject, parseJsonObject } from './json.ts'
import type { Platform } from './platform/platform.ts'

/**
 * The longest text that is looked at. The largest token AWS makes has 20,378 characters (aws-wire
 * §3.6).
 */
export const MAX_TOKEN_CHARACTERS = 24_576

/** The two members that matter. `kid` and `alg` only choose among keys that the issuer published. */
export interface JwsHeader {
  readonly alg: AlgorithmName
  readonly kid: string
}

/** A token that was taken apart. Nothing of it is true yet: the signature has not been checked. */
export interface UnverifiedJws {
  readonly header: JwsHeader
  readonly payload: JsonObject
  /** What the signature is over: the first two parts with their dot. */
  readonly signingInput: string
  readonly signature: Uint8Array<ArrayBuffer>
}

/** The rules in which uses of the format differ. */
export interface JwsProfile {
  /** The only `typ` accepted, so that one kind of JWS never passes for another (RFC 8725 §3.11). */
  readonly type: string
  /** Whether the header may lack `typ`. */
  readonly isTypeOptional: boolean
  readonly maxCharacters: number
}

/** Access tokens of AWS and Credence. */
export const TOKEN_PROFILE: JwsProfile = {
  type: 'JWT',
  isTypeOptional: true,
  maxCharacters: MAX_TOKEN_CHARACTERS,
}

/** Takes a compact JWS apart. @throws VerifyError `token_malformed`, `token_too_large`, `algorithm_refused` */
export type JwsParser = (token: unknown) => UnverifiedJws

const MAX_REMEMBERED_HEADERS = 32

/**
 * Makes a strict parser of compact JWS (RFC 7515 §7.1): canonical base64url, valid UTF-8, JSON
 * objects without duplicate members, no `crit`. Headers that were read before are remembered (at most
 * {@link MAX_REMEMBERED_HEADERS}), since an issuer writes the same few again and again.
 */
export function createJwsParser(platform: Platform, profile: JwsProfile): JwsParser {
  const headers = new Map<string, JwsHeader>()

  const readHeader = (segment: string): JwsHeader => {
    const known = headers.get(segment)
    if (known) return known
    const header = parseHeader(decodeJson(platform, segment, 'header'), profile)
    if (headers.size === MAX_REMEMBERED_HEADERS) headers.clear()
    headers.set(copyText(segment), header)
    return header
  }

  return token => {
    if (typeof token !== 'string') throw malformed('a token is a string')
    if (token.length > profile.maxCharacters) {
      throw new VerifyError(
        'token_too_large',
        `${token.length} characters, at most ${profile.maxCharacters} are read`,
      )
    }
    const firstDot = token.indexOf('.')
    const lastDot = token.indexOf('.', firstDot + 1)
    // Without a first dot there is no second one either.
    if (lastDot === -1 || token.includes('.', lastDot + 1)) {
      throw malformed('a token has three parts')
    }
    const header = readHeader(token.slice(0, firstDot))
    const payload = decodeJson(platform, token.slice(firstDot + 1, lastDot), 'payload')
    const signature = platform.decodeBase64Url(token.slice(lastDot + 1))
    if (!signature) throw malformed('the signature is not canonical base64url')
    return { header, payload, signingInput: token.slice(0, lastDot), signature }
  }
}

function decodeJson(platform: Platform, segment: string, part: string): JsonObject {
  const text = platform.decodeText(segment)
  if (text === null) throw malformed(`the ${part} is not canonical base64url of UTF-8`)
  const value = parseJsonObject(text)
  if (!value) throw malformed(`the ${part} is not a strict JSON object`)
  return value
}

function parseHeader(header: JsonObject, profile: JwsProfile): JwsHeader {
  const { alg, kid, typ } = header
  // RFC 7515 §4.1.11: a reader must refuse extensions that it doesn't understand, and this one
  // understands none.
  if (Object.hasOwn(header, 'crit')) throw malformed('critical extensions are not understood')
  if (Object.hasOwn(header, 'b64')) throw malformed('b64 (RFC 7797) is not understood')
  if (!(typ === profile.type || (typ === undefined && profile.isTypeOptional))) {
    throw malformed(`typ is ${quote(typ)}, not ${profile.type}`)
  }
  if (!isAlgorithmName(alg)) {
    throw new VerifyError(
      'algorithm_refused',
      `alg is ${quote(alg)}, not ${ALGORITHM_NAMES.join(' or ')}`,
    )
  }
  if (typeof kid !== 'string' || kid === '') throw malformed('kid is not a text')
  return { alg, kid }
}

function malformed(reason: string): VerifyError {
  return new VerifyError('token_malformed', reason)
}
