import type { Secret } from '../../secrets/secret.ts'
import type { WireRequest } from '../message.ts'
import type { HeaderIndex } from './canonical-headers.ts'
import type { CredentialScope } from './string-to-sign.ts'

/**
 * What a request says about who signed it. Nothing in it is proven before `SignatureVerifier.verify`
 * has returned. Until then it may be used only to look up the access key.
 */
export interface SignedRequestClaim {
  /** The request that the claim was read from, and the only one that it can be verified for. */
  readonly request: WireRequest
  /** `header`: `Authorization`; `query`: a presigned URL. */
  readonly mechanism: 'header' | 'query'
  /** `AKID/20260102/us-east-1/sts/aws4_request` as received. */
  readonly credential: string
  /** First part of the credential; any text. */
  readonly accessKeyId: string
  readonly scope: CredentialScope
  /**
   * In lower case, otherwise as received, in the same order. Repeats are kept; there are few of them at
   * most.
   */
  readonly signedHeaders: readonly string[]
  readonly signature: string
  /** The instant of the signature in ISO 8601 basic. */
  readonly timestamp: string
  /** The session token that came with temporary credentials; null without one. */
  readonly sessionToken: Secret | null
  /** Path and query as they are signed, and the headers by name. */
  readonly canonical: {
    readonly path: string
    readonly query: string
    readonly headers: HeaderIndex
  }
}

/** A claim whose scope is one that the service accepts. Only `checkScope` makes one. */
export type ScopedClaim = SignedRequestClaim & { readonly [scopeIsAccepted]: true }
declare const scopeIsAccepted: unique symbol

/** The parameters of a signature, whichever way they came, before their values are looked at. */
export interface AuthorizationParameters {
  readonly mechanism: SignedRequestClaim['mechanism']
  readonly credential: string
  /** Names separated by `;`. */
  readonly signedHeaders: string
  readonly signature: string
  readonly date: string
  readonly sessionToken: string | null
}
