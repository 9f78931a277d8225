import { ServiceError } from '../errors.ts'
import { lintPolicy } from '../policy/lint.ts'
import type { LintFinding } from '../policy/lint-finding.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import type { PolicyKind } from '../policy/policy-document.ts'
import { checkProviderControls } from '../policy/provider-controls.ts'
import { CliError } from './cli-error.ts'

/**
 * Reads a document to its end; gives what is valid, but does not do what it seems to do.
 * @throws CliError `record` for what can't be evaluated in full or be written, with the place
 */
export function lintDocument(
  document: string,
  file: string,
  kind: PolicyKind,
): readonly LintFinding[] {
  const source = file === '-' ? 'standard input' : file
  return mapLintError(`The policy in ${source}`, () => {
    const policy = parsePolicy(document, kind)
    checkProviderControls(policy)
    return lintPolicy(policy)
  })
}

/** As {@link lintDocument}, of one that was written when less was asked for. @throws CliError `record` */
export function lintStoredDocument(
  document: string,
  place: string,
  kind: PolicyKind,
): readonly LintFinding[] {
  return mapLintError(place, () => lintPolicy(parsePolicy(document, kind, { isStored: true })))
}

function mapLintError(subject: string, lint: () => readonly LintFinding[]): readonly LintFinding[] {
  try {
    return lint()
  } catch (cause) {
    if (!(cause instanceof ServiceError)) throw cause
    const message = `${subject} is refused: ${cause.message.replace(/\.$/, '')}.`
    throw new CliError('record', message, { cause, details: { code: cause.code } })
  }
}

/** A finding in one sentence. */
export function formatFinding({ statementId, explanation }: LintFinding): string {
  return `Statement ${statementId}: ${explanation}`
}
