import type { FirstFederation } from '../changes/federation.ts'
import type { SigningAlgorithm } from '../principals/algorithms.ts'
import type { Account } from '../principals/entities.ts'
import type { SubjectMode } from '../principals/subject-mode.ts'
import type { Tag } from '../principals/tags.ts'

/** Everything that goes into a token besides `iss`, `jti` and the times. */
export interface TokenRequest {
  readonly account: Account
  /** `sub`: the ARN of the IAM entity (aws-wire §3.4), or the person that its session acts for. */
  readonly subject: string
  /** `subject_mode`: what `sub` is; the claim is absent from tokens that speak for the principal. */
  readonly subjectMode: SubjectMode
  /** `scope`, exactly as it was asked for; null for none. */
  readonly scope: string | null
  /** `principal_id`: the ARN of the IAM entity that asks, whoever is the subject. */
  readonly principalArn: string
  readonly principalTags: readonly Tag[]
  readonly requestTags: readonly Tag[]
  readonly audiences: readonly string[]
  readonly sourceRegion: string
  readonly algorithm: SigningAlgorithm
  readonly durationSeconds: number
  readonly nowMs: number
  /** The claims that the caller's session adds; absent for long-term credentials. */
  readonly sessionClaims?: SessionClaims
}

/**
 * The claims that only a session can bring (aws-wire §3.3). Texts as they stand in the token:
 * `original_session_exp` is `YYYY-MM-DDTHH:MM:SSZ`.
 */
export const SESSION_CLAIM_NAMES = [
  'source_identity',
  'original_session_exp',
  'federated_provider',
  'identity_store_user_id',
  'identity_store_arn',
  'ec2_source_instance_arn',
  'ec2_instance_source_vpc',
  'ec2_instance_source_private_ipv4',
  'ec2_role_delivery',
  'lambda_source_function_arn',
  'glue_credential_issuing_service',
] as const

/** Name of a claim of a session. */
export type SessionClaimName = (typeof SESSION_CLAIM_NAMES)[number]

/** The claims of one session. A name that is absent is absent from the token. */
export type SessionClaims = { readonly [name in SessionClaimName]?: string }

/** A signed token, and the facts about it that may be recorded. */
export interface IssuedToken {
  /** Compact JWS. A bearer credential: never logged, never stored. */
  readonly token: string
  readonly tokenId: string
  readonly keyId: string
  /** `now + DurationSeconds`, not rounded: up to 999 ms after `exp` (aws-wire §1.2). */
  readonly expiresAtMs: number
}

/** Outbound federation of one account as IAM shows it. */
export interface FederationInfo {
  readonly issuerId: string
  /** Under the name in new tokens. */
  readonly issuerUrl: string
  /** The name that the account has chosen for them; null for that of the installation. */
  readonly signAs: string | null
  readonly enabled: boolean
}

/** The issuer of every account: federation on and off, tokens, and the documents that verifiers read. */
export interface Issuer {
  /**
   * Makes the issuer of an account that has none. A turn that follows writes it to the store, because
   * making keys takes time. Null when the account has an issuer.
   */
  makeFirstFederation(account: Pick<Account, 'id'>, nowMs: number): Promise<FirstFederation | null>
  /**
   * The first call makes the issuer id and the keys. Later calls only switch federation on. @throws
   * ServiceError `FeatureEnabled`
   */
  enableFederation(account: Account, nowMs: number): Promise<FederationInfo>
  /** Keys and documents stay published (aws-wire §2). @throws ServiceError `FeatureDisabled` */
  disableFederation(account: Account, nowMs: number): Promise<void>
  /**
   * Chooses which of the configured names stands in an account's tokens; null for that of the
   * installation. @returns what it had chosen before
   * @throws ServiceError `NoSuchEntity` when it has no issuer
   */
  chooseName(account: Pick<Account, 'id'>, name: string | null): Promise<string | null>
  /** The federation of an account, on or off; null when it was never enabled. */
  findFederation(account: Account): Promise<FederationInfo | null>
  /**
   * @throws ServiceError `OutboundWebIdentityFederationDisabledException`, then
   * `JWTPayloadSizeExceededException`
   */
  issueToken(request: TokenRequest): Promise<IssuedToken>
  /**
   * The documents of one issuer id as JSON text; null when there is no such issuer.
   * @param name under which of the configured names; under the one in its new tokens when left out. Null
   * also for a name that is not served.
   */
  findDocuments(issuerId: string, name?: string): Promise<IssuerDocuments | null>
}

/** What an issuer publishes. */
export interface IssuerDocuments {
  /** OpenID Connect Discovery 1.0 §4. */
  readonly discovery: string
  /** RFC 7517 §5. */
  readonly jwks: string
}

/** Which document of which issuer a request asks for, and under which name. */
export interface DocumentAddress {
  /** The text of the configured name. */
  readonly name: string
  readonly issuerId: string
  readonly document: keyof IssuerDocuments
}

/** A document that somebody has just fetched. */
export interface FetchedDocument extends DocumentAddress {
  readonly documents: IssuerDocuments
  /** The entity tag of the document, with its quotes. */
  readonly entityTag: string
  /** Where the connection comes from. */
  readonly sourceIp: string
  /** As received; empty for none. */
  readonly userAgent: string
  /** As received; empty for none. */
  readonly via: string
}
