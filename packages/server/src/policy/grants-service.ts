import { matchWildcard, mayMatchStart } from './match-wildcard.ts'
import type { ActionSet, Policy } from './policy-document.ts'

/** No action has it in its name: what matches it matches every action of the service. */
const ANY_NAME = '\u0000'

/** Whether a policy allows any action of a service, whatever it denies and on whatever conditions. */
export function grantsService({ statements }: Policy, namespace: string): boolean {
  const start = `${namespace.toLowerCase()}:`
  return statements.some(({ effect, actions }) => effect === 'Allow' && takesIn(actions, start))
}

function takesIn({ patterns, negated }: ActionSet, start: string): boolean {
  return negated
    ? !patterns.some(pattern => matchWildcard(pattern, start + ANY_NAME))
    : patterns.some(pattern => mayMatchStart(pattern, start))
}
