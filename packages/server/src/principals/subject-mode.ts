/** The subject of a token: the principal that asks for it, or the person that its session acts for. */
export const SUBJECT_MODES = ['AWSIdentity', 'OriginIdentity'] as const

/** `SubjectMode` of `GetWebIdentityToken` (aws-wire-news §1.1). */
export type SubjectMode = (typeof SUBJECT_MODES)[number]
