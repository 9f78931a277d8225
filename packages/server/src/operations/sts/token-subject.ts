import { ServiceError } from '../../errors.ts'
import type { Caller } from '../../principals/caller.ts'
import type { SubjectMode } from '../../principals/subject-mode.ts'

/** Whom a token names, and what of it depends on that. */
export interface TokenSubject {
  /** `sub` */
  readonly subject: string
  /** `federated_provider`; null when the token has none. */
  readonly federatedProvider: string | null
}

/**
 * The subject of a token: its principal, or the person that the caller's session acts for. A session
 * acts for somebody only when it also names the provider of that name. The codes come from AWS's
 * "validation error" and "denies"; the texts are UNVERIFIED (aws-wire-news §1.1).
 * @throws ServiceError `ValidationError` when the session acts for nobody, `AccessDenied` for a subject
 *   that could be taken for another
 */
export function findTokenSubject(
  mode: SubjectMode,
  { principalArn, session }: Pick<Caller, 'principalArn' | 'session'>,
): TokenSubject {
  if (mode === 'AWSIdentity') {
    return { subject: principalArn, federatedProvider: session?.federatedProvider ?? null }
  }
  const origin = session?.identityContext?.origin ?? null
  if (origin === null || origin.subject.trim() === '') {
    throw new ServiceError(
      'ValidationError',
      'SubjectMode OriginIdentity requires a session whose trusted identity propagation context has aws:OriginIdentity/Subject and aws:OriginIdentity/Issuer or aws:OriginIdentity/FederatedProviderArn.',
    )
  }
  if (!isPlainSubject(origin.subject)) {
    throw new ServiceError(
      'AccessDenied',
      'The subject of the trusted identity propagation context cannot be the subject of a token.',
    )
  }
  return { subject: origin.subject, federatedProvider: origin.federatedProvider }
}

/**
 * Whether everybody reads the text as what it is: it does not look like an ARN, and has no characters
 * that cannot be seen. Surrogates that stand alone would not survive UTF-8.
 */
function isPlainSubject(subject: string): boolean {
  return (
    !/^arn:/i.test(subject) &&
    !/^ | $/.test(subject) &&
    !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(subject) &&
    !/[\p{Zs}\p{Zl}\p{Zp}]/u.test(subject.replaceAll(' ', ''))
  )
}
