import { PARTITIONS } from '../../principals/arn.ts'
import { compileResource, matchResource } from '../match-arn.ts'
import type { Statement } from '../policy-document.ts'
import { createFinding, type LintFinding } from './finding.ts'
import { KNOWN_ACTIONS, listMeantActions } from './known-actions.ts'
import { findSlippedPrefix, suggestName } from './suggest-name.ts'

/**
 * Finds actions that do not exist, and permissions for tokens on resources that no token is about.
 */
export function lintActions(statement: Statement): readonly LintFinding[] {
  return [...lintNames(statement), ...lintTokenResource(statement)]
}

function lintNames({ id, actions: { texts, negated } }: Statement): readonly LintFinding[] {
  const unknown = texts.filter(text => isUnknown(text))
  return unknown.map(text =>
    createFinding({
      id: 'unknown-action',
      statementId: id,
      operator: negated ? 'NotAction' : 'Action',
      key: text,
      isStatementIdle: !negated && unknown.length === texts.length,
      explanation: `AWS has no action ${text}${suggestName(text, KNOWN_ACTIONS) || '.'}`,
    }),
  )
}

/**
 * Actions of other services are not known here, so for them only a plain slip of `sts` or `iam`
 * counts.
 */
function isUnknown(text: string): boolean {
  const [service = '', name = ''] = text.toLowerCase().split(':')
  if (text.includes('*:') || name === '') return false
  if (service === 'sts' || service === 'iam') return listMeantActions(text).length === 0
  const meant = `${findSlippedPrefix(service)}:${name}`
  return KNOWN_ACTIONS.some(action => action.toLowerCase() === meant)
}

const TOKEN_ACTION = 'sts:getwebidentitytoken'

/** A token may only be about `arn:PARTITION:sts::ACCOUNT:self`. */
function lintTokenResource({ id, actions, resources }: Statement): readonly LintFinding[] {
  if (actions.negated || resources === null || resources.negated) return []
  const text = actions.texts.find(each => each.toLowerCase() === TOKEN_ACTION)
  const { texts } = resources
  if (text === undefined || texts.some(isSelf)) return []
  return [
    createFinding({
      id: 'token-on-other-resource',
      statementId: id,
      operator: 'Resource',
      key: texts[0] ?? '',
      isStatementIdle: actions.texts.length === 1,
      explanation: `${text} is about arn:aws:sts::ACCOUNT:self alone, which ${texts.length === 1 ? texts[0] : 'no Resource of the statement'} ${texts.length === 1 ? 'does not name' : 'names'}.`,
    }),
  ]
}

const SAMPLE_ACCOUNT = '123456789012'

/** Whether the resource may match the `self` of some account. Variables stand for any text. */
function isSelf(resource: string): boolean {
  const pattern = resource.replace(/\$\{[^}]*\}/g, '*')
  const account = pattern.split(':')[4] ?? ''
  const sample = /^\d{12}$/.test(account) ? account : SAMPLE_ACCOUNT
  const compiled = compileResource([{ text: pattern, literal: false }])
  return PARTITIONS.some(partition =>
    matchResource(compiled, `arn:${partition}:sts::${sample}:self`),
  )
}
