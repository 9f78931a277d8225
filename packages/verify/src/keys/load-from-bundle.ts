import { quote, VerifyError } from '../errors.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { createJwsParser, type JwsProfile } from '../jws.ts'
import type { Platform } from '../platform/platform.ts'
import { type Names, refuseUnknown } from '../refuse-unknown.ts'
import type { KeyLoader } from './cached-keys.ts'
import { importKey, isVerificationKey } from './key-set.ts'

/** `typ` of a bundle, so that no token passes for one. */
export const BUNDLE_TYPE = 'credence-bundle+jwt'

/**
 * Keys of an issuer that cannot be reached, in a signed envelope: a compact JWS with `typ`
 * `credence-bundle+jwt` and the payload `{ iss, iat, exp, version, jwks }`
 * (docs/relying-parties/bundles.md).
 */
export interface BundleOptions {
  /** The bundle, or a function that reads it anew whenever keys are due. */
  readonly bundle: string | (() => string | Promise<string>)
  /**
   * Public key that signs bundles. It is pinned here, since nothing else proves that it is the right
   * one.
   */
  readonly signer: JsonObject
  /** Older versions are refused, so that nobody can bring back a key that was withdrawn. */
  readonly minimumVersion?: number
}

const OPTION_NAMES: Names<BundleOptions> = { bundle: true, signer: true, minimumVersion: true }
const BUNDLE_PROFILE: JwsProfile = {
  type: BUNDLE_TYPE,
  isTypeOptional: false,
  maxCharacters: 131_072,
}

/**
 * Loads keys from a signed bundle. They end with the bundle's `exp`, whatever else is configured.
 *
 * The loader throws VerifyError `bundle_invalid`.
 *
 * @throws VerifyError `options_invalid`
 */
export function createBundleLoader(
  issuer: string,
  options: BundleOptions,
  platform: Platform,
  nowMs: () => number,
): KeyLoader {
  refuseUnknown(options, OPTION_NAMES, 'keys.')
  const { bundle, signer, minimumVersion = 1 } = options
  // Anything else would compare with no version as too old.
  if (!isInteger(minimumVersion) || minimumVersion < 1) {
    throw new VerifyError(
      'options_invalid',
      'keys.minimumVersion is not a whole number of at least 1',
    )
  }
  const parse = createJwsParser(platform, BUNDLE_PROFILE)
  return async () => {
    const { header, payload, signingInput, signature } = parse(
      typeof bundle === 'string' ? bundle : await bundle(),
    )
    const key = await importKey(header.kid, signer, platform)
    if (!isVerificationKey(key)) throw invalid(`the signer cannot be used: ${key.unusable}`)
    if (header.alg !== key.algorithm.name || signature.length !== key.signatureBytes) {
      throw invalid('its algorithm is not the one of the signer')
    }
    if (!(await key.check(signingInput, signature))) throw invalid('the signer did not sign it')

    const { iss, iat, exp, version, jwks } = payload
    if (iss !== issuer) throw invalid(`it is for the issuer ${quote(iss)}`)
    if (!isInteger(iat) || iat * 1000 > nowMs()) throw invalid('iat is missing or in the future')
    if (!isInteger(exp) || exp * 1000 <= nowMs()) throw invalid('it has no exp or has expired')
    if (!isInteger(version) || version < minimumVersion) {
      throw invalid(`its version is not ${minimumVersion} or more`)
    }
    if (!isJsonObject(jwks)) throw invalid('jwks is missing')
    return { jwks, freshSeconds: null, expiresAtMs: exp * 1000 }
  }
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function invalid(reason: string): VerifyError {
  return new VerifyError('bundle_invalid', `the bundle is refused: ${reason}`)
}
