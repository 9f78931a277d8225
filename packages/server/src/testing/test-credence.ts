import type { BadTokenName, GoodTokenName } from '@credence/test-tokens'
import type { DeclarationInput } from '../declaration/declaration.ts'
import type { Failures } from './failures.ts'
import type { RoleInput, SessionOptions, UserInput } from './identities.ts'
import type { MemoryAudit } from './memory-audit.ts'
import type { LogLine } from './memory-log.ts'
import type { TestClock } from './test-clock.ts'
import type { TestPrincipal } from './test-principal.ts'

/** The good token that a bad one is made from. */
export interface BadTokenOptions {
  readonly audience: string
  /** A user or role, or its ARN; the first user of the account when left out. */
  readonly principal?: Pick<TestPrincipal, 'arn'> | string
  /** The first account when left out. */
  readonly accountId?: string
}

/**
 * A running Credence of a test. Where an account may be named and is not, the first one is meant; the
 * same holds for its administrator.
 */
export interface TestCredence
  extends AsyncDisposable,
    Pick<TestPrincipal, 'credentials' | 'env' | 'clientConfig' | 'token'> {
  /** URL of STS and IAM, without a slash at the end. */
  readonly endpoint: string
  readonly region: string
  readonly accountId: string
  readonly clock: TestClock
  /** `iss` of the account's tokens; discovery and JWKS are below it. */
  readonly issuerUrl: string
  /** The same of another account. */
  issuerUrlOf(accountId: string): Promise<string>
  /** The issuer as `createVerifier` of `@credence/verify` takes it. */
  readonly trustedIssuer: {
    readonly issuer: string
    readonly accounts: readonly [string]
    readonly allowInsecureHttp: true
  }
  readonly administrator: TestPrincipal

  /** Makes everything as declared, in the language of `credence apply`. @throws DeclarationError */
  apply(declaration: DeclarationInput): Promise<void>
  /** Makes or changes a user. One without policies, groups and attachments may ask for tokens. */
  createUser(name: string, user?: UserInput, accountId?: string): Promise<TestPrincipal>
  /**
   * Makes or changes a role, and assumes it. One without policies and attachments may ask for tokens;
   * one without a trust policy trusts its account.
   */
  createRole(name: string, role?: RoleInput, accountId?: string): Promise<TestPrincipal>
  /** An existing user, with an access key, the same for every call. */
  user(name: string, accountId?: string): Promise<TestPrincipal>
  /** An existing role, assumed by the administrator. @throws CallRefused when it trusts others */
  role(name: string, session?: SessionOptions, accountId?: string): Promise<TestPrincipal>

  /** A token that nobody should accept; docs/testing.md has the list. */
  badToken(name: BadTokenName, options: BadTokenOptions): Promise<string>
  /** A token that everybody should accept: the control for the bad ones. */
  goodToken(name: GoodTokenName, options: BadTokenOptions): Promise<string>
  /**
   * Whether the JWKS has the keys of the bad tokens `retired-key` and `revoked-key`, as if the issuer
   * had not retired and revoked them yet. At first it has not.
   */
  publishFormerKeys(isPublished: boolean): void

  readonly failures: Failures
  readonly audit: MemoryAudit
  /** What the server has logged; it prints nothing. */
  readonly log: readonly LogLine[]
  /** Stops the server at once, requests in flight included. */
  stop(): Promise<void>
}
