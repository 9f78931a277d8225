import { listValues } from './element-reader.ts'
import { quote, throwMalformed } from './malformed-policy.ts'
import type { JsonObject } from './parse-json.ts'
import type { Statement } from './policy-document.ts'

/**
 * The services whose resources resource control policies reach, by the prefix of their actions (AWS
 * Organizations User Guide: services that support RCPs). UNVERIFIED: which AWS has added since.
 */
const CONTROLLED_SERVICES = [
  'aoss',
  'cognito-identity',
  'cognito-idp',
  'dynamodb',
  'ecr',
  'kms',
  'logs',
  's3',
  'secretsmanager',
  'sqs',
  'sts',
]

/**
 * Refuses a statement that a resource control policy may not have. It may deny actions of named
 * services, or be AWS's own `RCPFullAWSAccess`, which allows everything. That one stands at every
 * level, so that the others can only take away (AWS Organizations User Guide: RCP syntax).
 * @throws ServiceError `MalformedPolicyDocument`
 */
export function checkResourceControl(
  statement: JsonObject,
  effect: Statement['effect'],
  isStored: boolean,
): void {
  const notAction = statement.members.get('NotAction')
  if (notAction !== undefined) throwMalformed(notAction.namePlace, 'Has prohibited field NotAction')
  if (!isStored) checkEveryone(statement)
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
    if (node.kind !== 'string') continue
    if (node.value.startsWith('*')) {
      throwMalformed(node.place, 'An action of a resource control policy must name its service')
    }
    const [service = ''] = node.value.toLowerCase().split(':', 1)
    if (!isStored && !CONTROLLED_SERVICES.includes(service)) {
      throwMalformed(
        node.place,
        `Resource control policies do not reach the service ${quote(service)}`,
      )
    }
  }
}

/** Everyone is `"*"` or `{"AWS":"*"}`; AWS refuses the array (aws-wire-news §8). */
function checkEveryone({ members }: JsonObject): void {
  const principal = members.get('Principal')?.value
  const named = principal?.kind === 'object' ? principal.members.get('AWS')?.value : undefined
  if (named?.kind === 'array') {
    throwMalformed(named.place, 'The principal of a resource control policy must be "*"')
  }
}

function isStar({ members }: JsonObject, ...names: readonly string[]): boolean {
  return names.every(name => {
    const node = members.get(name)?.value
    return node?.kind === 'string' && node.value === '*'
  })
}
