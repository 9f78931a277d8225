import { isAccountId, isUniqueId } from '../principals/identifiers.ts'
import { type Choice, listValues, readObject, readText } from './element-reader.ts'
import { type Place, quote, throwMalformed } from './malformed-policy.ts'
import { splitArn } from './match-arn.ts'
import type { JsonNode } from './parse-json.ts'
import type { PrincipalEntry, PrincipalSet } from './policy-document.ts'
import type { KindRules } from './policy-kind.ts'
import { EQUALITY_PROVIDERS } from './shared-providers.ts'

const EVERYONE: PrincipalEntry = { kind: 'everyone' }
const NAMED_PRINCIPAL =
  /^(?:iam::\d{12}:(?:user|role)\/|sts::\d{12}:(?:assumed-role|federated-user)\/)./
/** How AWS shows a session of a role that was deleted. */
const DELETED_SESSION = /^AROA[A-Z2-7]{17}:[\w+=,.@-]{2,64}$/
const PROVIDER = /^iam::\d{12}:(?:oidc|saml)-provider\/./
const BUILT_IN_PROVIDERS = [
  'cognito-identity.amazonaws.com',
  ...EQUALITY_PROVIDERS.map(({ issuer }) => issuer),
]
const SERVICE = /^[a-z\d-]+(?:\.[a-z\d-]+)+$/i

/**
 * Reads `Principal` or `NotPrincipal`. A trust policy names principals one by one and says everyone as
 * `{"AWS":"*"}`, not as `"*"`; a resource control policy names everyone, in either form.
 * @throws ServiceError `MalformedPolicyDocument`
 */
export function parsePrincipals(
  { negated, member }: Choice,
  rule: KindRules['principal'],
): PrincipalSet {
  const entries = readEntries(member.value, rule)
  if (rule === 'everyone' && (negated || entries.some(entry => entry.kind !== 'everyone'))) {
    throwMalformed(member.namePlace, 'The principal of a resource control policy must be "*"')
  }
  return { negated, entries }
}

function readEntries(node: JsonNode, rule: KindRules['principal']): readonly PrincipalEntry[] {
  if (node.kind === 'string') {
    if (node.value === '*' && rule === 'everyone') return [EVERYONE]
    throwMalformed(
      node.place,
      `Invalid principal in policy: ${quote(node.value)}, which needs a type`,
    )
  }
  const { members } = readObject(node, 'Principal')
  if (members.size === 0) throwMalformed(node.place, 'Principal must name somebody')
  return [...members].flatMap(([type, { namePlace, value }]) => {
    const parse = PRINCIPAL_TYPES.get(type)
    if (parse === undefined)
      return throwMalformed(namePlace, `Unknown type of principal ${quote(type)}`)
    const nodes = listValues(value)
    if (nodes.length === 0) throwMalformed(value.place, 'Principal must name somebody')
    return nodes.map(item => {
      const text = readText(item, 'A principal')
      return parse(text) ?? refuseEntry(item.place, type, text)
    })
  })
}

function refuseEntry(place: Place, type: string, text: string): never {
  return throwMalformed(place, `Invalid principal in policy: ${quote(type)}:${quote(text)}`)
}

/** Reads one principal of a type; null when it is not one. There are no wildcards in principals. */
type ParseEntry = (text: string) => PrincipalEntry | null

const PRINCIPAL_TYPES: ReadonlyMap<string, ParseEntry> = new Map([
  ['AWS', parseAwsPrincipal],
  ['Federated', parseFederatedPrincipal],
  ['Service', parseServicePrincipal],
])

function parseAwsPrincipal(text: string): PrincipalEntry | null {
  if (text === '*') return EVERYONE
  if (isAccountId(text)) return { kind: 'account', accountId: text, partition: null }
  if (isUniqueId(text) || DELETED_SESSION.test(text)) return { kind: 'unique-id', uniqueId: text }
  const [, partition = '', service, region, accountId = '', resource] = splitArn(text) ?? []
  if (/[*?]/.test(text) || partition === '') return null
  if (isAccountId(accountId) && service === 'iam' && region === '' && resource === 'root') {
    return { kind: 'account', accountId, partition }
  }
  const isNamed = NAMED_PRINCIPAL.test(`${service}:${region}:${accountId}:${resource}`)
  return isNamed ? { kind: 'arn', arn: text } : null
}

function parseFederatedPrincipal(text: string): PrincipalEntry | null {
  const [, partition = '', ...rest] = splitArn(text) ?? []
  const isProvider = partition !== '' && PROVIDER.test(rest.join(':')) && !/[*?]/.test(text)
  return isProvider || BUILT_IN_PROVIDERS.includes(text)
    ? { kind: 'federated', provider: text }
    : null
}

function parseServicePrincipal(text: string): PrincipalEntry | null {
  return SERVICE.test(text) ? { kind: 'service', service: text } : null
}
