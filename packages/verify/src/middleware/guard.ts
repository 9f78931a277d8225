import { quote, VerifyError } from '../errors.ts'
import { formatCause } from '../format-cause.ts'
import type { JsonObject } from '../json.ts'
import { type Names, refuseUnknown } from '../refuse-unknown.ts'
import { formatRefusals, limitShown, type Trust } from '../trust/create-trust.ts'
import type { RuleRefusal } from '../trust/trust-rule.ts'
import type { VerifiedToken } from '../verified-token.ts'
import type { Verifier, VerifyContext } from '../verifier.ts'
import { findBearerToken } from './bearer.ts'
import { createRefusal, type Refusal } from './refusal.ts'

/** The caller of a request, and what a rule grants to it. */
export interface Identity<Grant> {
  readonly token: VerifiedToken
  /** The rule that let the request in. */
  readonly rule: string
  readonly grant: Grant
}

/** Whether a request is let in. */
export type Authentication<Grant> =
  | { readonly isAuthenticated: true; readonly identity: Identity<Grant> }
  | { readonly isAuthenticated: false; readonly refusal: Refusal }

/**
 * The options of a guard. None has a default where leaving it out would let somebody in or hide a
 * refusal.
 */
export interface GuardOptions<Grant> {
  readonly verifier: Verifier
  /** `null` lets every verified token in: every role and user of every accepted account. */
  readonly trust: Trust<Grant> | null
  /** Called for each refusal, to log it: the caller learns nothing of the reason. */
  readonly onRefusal: (refusal: Refusal) => void
  /** The name of what is protected, for `WWW-Authenticate`: `api` by default. */
  readonly realm?: string
  /**
   * Says whether the sender of a request holds the key that its token is bound to. Without it, tokens that
   * are bound to a key (`cnf`) are refused.
   */
  readonly confirm?: (binding: KeyBinding) => boolean | Promise<boolean>
}

/** A token that is bound to a key, and the request that brought it. */
export interface KeyBinding {
  /** The claim `cnf` (RFC 7800): `{ 'x5t#S256': … }` (RFC 8705), `{ jkt: … }` (RFC 9449). */
  readonly confirmation: JsonObject
  readonly token: VerifiedToken
  /**
   * What the framework hands to handlers: Express's and Node's `req`, Fastify's `request`, Hono's `c`, a
   * `Request`; what `authenticateMetadata` was given.
   */
  readonly request: unknown
}

/** Lets requests in by their bearer token. The middleware of each framework is made from one. */
export interface Guard<Grant> {
  /**
   * Decides by the values of `Authorization`, given one by one as they came.
   *
   * Rejects only with what `onRefusal` throws.
   *
   * @param request handed to `confirm` of {@link GuardOptions}
   */
  authenticate(authorizations: readonly string[], request?: unknown): Promise<Authentication<Grant>>
  /**
   * Who makes a request that a middleware of this guard let in. The request is the object that the
   * framework hands to handlers: Express's and Node's `req`, Fastify's `request`, Hono's `c`.
   *
   * @throws VerifyError `identity_missing` when it was not let in by this guard: the route lacks it
   */
  identityOf(request: object): Identity<Grant>
  /** Notes who makes a request. For middleware; {@link identityOf} believes it. */
  admit(request: object, identity: Identity<Grant>): void
}

const OPTION_NAMES: Names<GuardOptions<unknown>> = {
  verifier: true,
  trust: true,
  onRefusal: true,
  realm: true,
  confirm: true,
}
const REALM = /^[\w .:/-]+$/
const ANYBODY: Trust<null> = {
  evaluate: () => ({ isTrusted: true, rule: 'any verified token', grant: null }),
}

/** Makes a guard. @throws VerifyError `options_invalid` */
export function createGuard<Grant>(
  options: GuardOptions<Grant> & { readonly trust: Trust<Grant> },
): Guard<Grant>
export function createGuard(options: GuardOptions<null> & { readonly trust: null }): Guard<null>
export function createGuard(options: GuardOptions<unknown>): Guard<unknown> {
  refuseUnknown(options, OPTION_NAMES)
  const { verifier, onRefusal, realm = 'api', confirm } = options
  // This is checked for callers without types too, so that nobody gets in because a rule set was
  // undefined.
  if (options.trust === undefined) {
    throw new VerifyError('options_invalid', 'trust is neither a set of rules nor null')
  }
  if (typeof onRefusal !== 'function') {
    throw new VerifyError('options_invalid', 'onRefusal is not a function')
  }
  if (!REALM.test(realm)) {
    throw new VerifyError('options_invalid', `realm ${quote(realm)} is not plain text`)
  }
  const trust = options.trust ?? ANYBODY
  const identities = new WeakMap<object, Identity<unknown>>()

  const refuse = (error: VerifyError, rules: readonly RuleRefusal[] = []) => {
    const refusal = createRefusal(error, realm, rules)
    onRefusal(refusal)
    return { isAuthenticated: false, refusal } as const
  }

  return {
    authenticate: async (authorizations, request) => {
      const context: VerifyContext | undefined = confirm && {
        confirm: (confirmation, token) => confirm({ confirmation, token, request }),
      }
      const verified = await verify(verifier, authorizations, context)
      if (verified instanceof VerifyError) return refuse(verified)
      const decision = trust.evaluate(verified)
      if (!decision.isTrusted) {
        const reasons = formatRefusals(decision.refusals)
        return refuse(new VerifyError('trust_refused', reasons), limitShown(decision.refusals))
      }
      const { rule, grant } = decision
      return { isAuthenticated: true, identity: { token: verified, rule, grant } }
    },
    identityOf: request => {
      const identity = identities.get(request)
      if (!identity) {
        throw new VerifyError('identity_missing', 'this request was not let in by this guard')
      }
      return identity
    },
    admit: (request, identity) => {
      identities.set(request, identity)
    },
  }
}

async function verify(
  verifier: Verifier,
  authorizations: readonly string[],
  context: VerifyContext | undefined,
): Promise<VerifiedToken | VerifyError> {
  try {
    return await verifier.verify(findBearerToken(authorizations), context)
  } catch (error) {
    if (error instanceof VerifyError) return error
    // This is a defect, perhaps of a verifier that somebody else wrote. The request is refused, and the
    // cause is logged.
    const message = `the verifier failed: ${formatCause(error)}`
    return new VerifyError('verifier_failed', message, { cause: error })
  }
}
