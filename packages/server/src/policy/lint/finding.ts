import type { FindingId } from './finding-kinds.ts'

/** A place where a policy does not do what it seems to do. It is valid all the same. */
export interface LintFinding {
  readonly id: FindingId
  /** `Sid`, or the position in the document from 0 as text. */
  readonly statementId: string
  /** The operator, or the element, that it stands under. */
  readonly operator: string
  /** The condition key, variable, action, resource or principal that it is about. */
  readonly key: string
  /** The statement never applies because of it. */
  readonly isStatementIdle: boolean
  /** One sentence that explains the finding. */
  readonly explanation: string
}

/** Makes a finding. `isStatementIdle` is false when it is left out. */
export function createFinding(
  finding: Omit<LintFinding, 'isStatementIdle'> & { readonly isStatementIdle?: boolean },
): LintFinding {
  const { id, statementId, operator, key, isStatementIdle = false, explanation } = finding
  return { id, statementId, operator, key, isStatementIdle, explanation }
}
