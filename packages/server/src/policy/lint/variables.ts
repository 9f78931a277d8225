import type { Policy, Statement } from '../policy-document.ts'
import { createFinding, type LintFinding } from './finding.ts'

const VARIABLE = /\$\{[^}]+\}/

/** Finds variables in a document whose version has none. */
export function lintVersion({ version }: Policy, statement: Statement): readonly LintFinding[] {
  if (version === '2012-10-17') return []
  const { id, resources, conditions } = statement
  const inResources = (resources?.texts ?? []).map(text => ({
    operator: resources?.negated === true ? 'NotResource' : 'Resource',
    text,
  }))
  const inConditions = conditions.flatMap(condition =>
    condition.kind === 'null'
      ? []
      : condition.values.map(text => ({ operator: condition.operator, text })),
  )
  return [...inResources, ...inConditions].flatMap(({ operator, text }) => {
    const [variable] = VARIABLE.exec(text) ?? []
    if (variable === undefined) return []
    return [
      createFinding({
        id: 'variable-in-older-version',
        statementId: id,
        operator,
        key: variable,
        explanation: `${variable} is no variable in a document of ${version}, but the text itself: begin the document with "Version": "2012-10-17".`,
      }),
    ]
  })
}
