import { ServiceError } from '../errors.ts'
import type { LintFinding } from '../policy/lint/finding.ts'
import { findFindingPage } from '../policy/lint/finding-kinds.ts'
import { lintPolicy } from '../policy/lint/lint-policy.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import type { PolicyKind } from '../policy/policy-document.ts'
import { checkProviderControls } from '../policy/provider-controls.ts'
import { CliError } from './cli-error.ts'

/** A finding with the page that explains its kind. */
export interface ShownFinding extends LintFinding {
  /** The id again, under the name that it had first. */
  readonly code: LintFinding['id']
  readonly page: string
}

/**
 * Reads a whole document, and returns findings: elements that are valid but do not do what they seem to
 * do.
 * @throws CliError `record` for what can't be evaluated in full or be written, with the place
 */
export function lintDocument(
  document: string,
  file: string,
  kind: PolicyKind,
  nowMs: number,
): readonly ShownFinding[] {
  const source = file === '-' ? 'standard input' : file
  return mapLintError(`The policy in ${source}`, () => {
    const policy = parsePolicy(document, kind)
    checkProviderControls(policy)
    return lintPolicy(policy, nowMs)
  })
}

/** As {@link lintDocument}, of one that was written when less was asked for. @throws CliError `record` */
export function lintStoredDocument(
  document: string,
  place: string,
  kind: PolicyKind,
  nowMs: number,
): readonly ShownFinding[] {
  return mapLintError(place, () =>
    lintPolicy(parsePolicy(document, kind, { isStored: true }), nowMs),
  )
}

function mapLintError(
  subject: string,
  lint: () => readonly LintFinding[],
): readonly ShownFinding[] {
  try {
    return lint().map(finding => ({
      ...finding,
      code: finding.id,
      page: findFindingPage(finding.id),
    }))
  } catch (cause) {
    if (!(cause instanceof ServiceError)) throw cause
    const message = `${subject} is refused: ${cause.message.replace(/\.$/, '')}.`
    throw new CliError('record', message, { cause, details: { code: cause.code } })
  }
}

/** A finding in one sentence, with its id and its page. */
export function formatFinding({ statementId, explanation, id, page }: ShownFinding): string {
  return `Statement ${statementId}: ${explanation} [${id}, ${page}]`
}
