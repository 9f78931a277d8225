import { ServiceError } from '../errors.ts'
import { type LintFinding, lintPolicy } from '../policy/lint.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import type { PolicyKind } from '../policy/policy-document.ts'
import { checkProviderControls } from '../policy/provider-controls.ts'
import { CliError } from './cli-error.ts'

/**
 * Reads a document to its end; gives what is valid, but does not do what it seems to do.
 * @throws CliError `record` for what can't be evaluated in full, with the place
 */
export function lintDocument(
  document: string,
  file: string,
  kind: PolicyKind,
): readonly LintFinding[] {
  try {
    const policy = parsePolicy(document, kind)
    checkProviderControls(policy)
    return lintPolicy(policy)
  } catch (cause) {
    if (!(cause instanceof ServiceError)) throw cause
    const source = file === '-' ? 'standard input' : file
    const message = `The policy in ${source} is refused: ${cause.message.replace(/\.$/, '')}.`
    throw new CliError('record', message, { cause, details: { code: cause.code } })
  }
}

/** A finding in one sentence. */
export function formatFinding({ statementId, explanation }: LintFinding): string {
  return `Statement ${statementId}: ${explanation}`
}
