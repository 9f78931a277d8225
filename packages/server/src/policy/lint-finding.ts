/** A place where a policy does not do what it seems to do. It is valid all the same. */
export interface LintFinding {
  readonly code: LintCode
  /** `Sid`, or the position in the document from 0 as text. */
  readonly statementId: string
  /** The operator and the key that the finding is about, or that would mend it. */
  readonly operator: string
  readonly key: string
  /** One sentence that explains the finding. */
  readonly explanation: string
}

/** What can be found. */
export type LintCode =
  | 'multivalued-key-never-matches'
  | 'any-value-lets-others-through'
  | 'missing-key-lets-through'
  | 'all-values-denies-too-little'
  | 'if-exists-has-no-effect'
  | 'callers-not-told-apart'
  | 'key-never-there'
  | 'deny-never-applies'
