import { type Algorithm, findAcceptedAlgorithm } from '../principals/algorithms.ts'
import { decodeBase64Url, decodeUtf8 } from './base64url.ts'
import { notAToken } from './refusals.ts'
import { isJsonObject, JsonError, type JsonObject, parseStrictJson } from './strict-json.ts'

/** Longest `WebIdentityToken` (aws-wire §8). */
export const MAX_TOKEN_CHARACTERS = 20_000

/**
 * A token that was taken apart. Nothing in it is proven yet: the signature has not been checked.
 */
export interface UnverifiedToken {
  /** `kid`: chooses among the keys that the issuer publishes. */
  readonly keyId: string
  /** What the header says; the key must be one for it. */
  readonly algorithm: Algorithm
  readonly claims: JsonObject
  /** What the signature is over: the first two parts with their dot. */
  readonly signingInput: string
  readonly signature: Buffer
}

/**
 * Takes a compact JWS apart, strictly (RFC 7515 §7.1, §5.2): canonical base64url, valid UTF-8, JSON
 * objects without a repeated member, one of the accepted algorithms, a `kid`, no extension that must
 * be understood.
 * @throws ServiceError `InvalidIdentityToken`
 */
export function parseToken(token: string): UnverifiedToken {
  if (token.length > MAX_TOKEN_CHARACTERS) throw notAToken('the token is too long')
  const [head, payload, signaturePart, ...rest] = token.split('.', 4)
  if (!head || !payload || !signaturePart || rest.length > 0) {
    throw notAToken('a token has three parts')
  }
  const signature = decodeBase64Url(signaturePart)
  if (signature === null) throw notAToken('the signature is not canonical base64url')
  return {
    ...parseHeader(decodeObject(head, 'header')),
    claims: decodeObject(payload, 'payload'),
    signingInput: `${head}.${payload}`,
    signature,
  }
}

function parseHeader(header: JsonObject): Pick<UnverifiedToken, 'keyId' | 'algorithm'> {
  // RFC 7515 §4.1.11: whoever doesn't understand an extension must refuse; none is understood.
  if (header.has('crit')) throw notAToken('critical extensions are not understood')
  if (header.has('b64')) throw notAToken('b64 (RFC 7797) is not understood')
  const type = header.get('typ')
  if (type !== undefined && typeof type !== 'string') throw notAToken('typ is not a text')
  const algorithm = findAcceptedAlgorithm(header.get('alg'))
  if (algorithm === null) throw notAToken('alg is not an accepted algorithm')
  const keyId = header.get('kid')
  // UNVERIFIED for AWS. Without it the signature would have to be tried with every key.
  if (typeof keyId !== 'string' || keyId === '') throw notAToken('kid is not a text')
  return { keyId, algorithm }
}

function decodeObject(part: string, name: string): JsonObject {
  const bytes = decodeBase64Url(part)
  const text = bytes === null ? null : decodeUtf8(bytes)
  if (text === null) throw notAToken(`the ${name} is not canonical base64url of UTF-8`)
  try {
    const value = parseStrictJson(text)
    if (isJsonObject(value)) return value
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw notAToken(`the ${name} is not strict JSON: ${error.message}`)
  }
  throw notAToken(`the ${name} is not an object`)
}
