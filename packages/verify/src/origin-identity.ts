/**
 * The kind of subject that a token speaks for (`SubjectMode` of `GetWebIdentityToken`, aws-wire-news
 * §1.1).
 */
export type SubjectMode = 'AWSIdentity' | 'OriginIdentity'

/** Both. */
export const SUBJECT_MODES: readonly SubjectMode[] = ['AWSIdentity', 'OriginIdentity']

/**
 * The human or workload that the principal of a token acts for, as an identity provider named it. AWS
 * passes the name on and vouches for the principal alone.
 */
export interface OriginIdentity {
  /** `sub` of the token. It means something only together with the provider. */
  readonly subject: string
  /**
   * ARN of the identity provider (`federated_provider`), null when the token does not say. That a token of
   * this mode says so is UNVERIFIED.
   */
  readonly federatedProvider: string | null
}

const SUBJECT = /^(?!arn:)[^\p{Cc}\p{Cf}\p{Cs}\p{Z}]+(?: +[^\p{Cc}\p{Cf}\p{Cs}\p{Z}]+)*$/iu

/**
 * Whether AWS lets the text be the subject of such a token: it must not look like an ARN, nor have
 * characters that another would not show.
 */
export function isOriginSubject(text: string): boolean {
  return SUBJECT.test(text)
}

/** Whether the value names a mode. */
export function isSubjectMode(value: unknown): value is SubjectMode {
  return value === 'AWSIdentity' || value === 'OriginIdentity'
}
