import { listValues } from './element-reader.ts'
import { throwMalformed } from './malformed-policy.ts'
import type { JsonObject } from './parse-json.ts'
import type { Statement } from './policy-document.ts'

/**
 * What a resource control policy may not say besides its principal: it denies actions of named services,
 * or is AWS's own `RCPFullAWSAccess`, which allows everything and stands at every level so that the
 * others can only take away (AWS Organizations User Guide: RCP syntax).
 * @throws ServiceError `MalformedPolicyDocument`
 */
export function checkResourceControl(statement: JsonObject, effect: Statement['effect']): void {
  const notAction = statement.members.get('NotAction')
  if (notAction !== undefined) throwMalformed(notAction.namePlace, 'Has prohibited field NotAction')
  if (effect === 'Allow') {
    if (statement.members.has('Condition') || !isStar(statement, 'Action', 'Resource')) {
      throwMalformed(
        statement.place,
        'A resource control policy may only deny, or allow everything',
      )
    }
    return
  }
  const action = statement.members.get('Action')
  for (const node of action === undefined ? [] : listValues(action.value)) {
    if (node.kind === 'string' && node.value.startsWith('*')) {
      throwMalformed(node.place, 'An action of a resource control policy must name its service')
    }
  }
}

function isStar({ members }: JsonObject, ...names: readonly string[]): boolean {
  return names.every(name => {
    const node = members.get(name)?.value
    return node?.kind === 'string' && node.value === '*'
  })
}
