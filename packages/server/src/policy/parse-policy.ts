import { listValues, readObject, readText, refuseUnknownMembers } from './element-reader.ts'
import { quote, throwMalformed } from './malformed-policy.ts'
import { type JsonObject, parseJson } from './parse-json.ts'
import { parseStatement } from './parse-statement.ts'
import {
  NEWEST_VERSION,
  POLICY_VERSIONS,
  type Policy,
  type PolicyKind,
  type PolicyVersion,
} from './policy-document.ts'
import { KIND_RULES } from './policy-kind.ts'

/**
 * The most UTF-16 units that a policy document may have. Every IAM API takes 131,072 (botocore:
 * policyDocumentType), and AWS's own longest policy, `AWSSupportServiceRolePolicy`, has more.
 */
export const MAX_POLICY_CHARACTERS = 262_144

/** Statements of one policy. */
export const MAX_STATEMENTS = 1_000

/** How a document is to be read. */
export interface ParseOptions {
  /** The smaller size limit of a kind of policy. */
  readonly maxCharacters?: number | undefined
  /**
   * The document is in the store already. It is read by the rules of its time, and an element that is
   * refused today only because it has no effect is accepted.
   */
  readonly isStored?: boolean
}

/**
 * Reads a policy document and compiles it for evaluation; the result is deeply frozen. Whatever is not
 * known is refused by its name, never ignored: an element, operator, effect, version, type of principal
 * or form of value, and a JSON member that occurs twice. What each kind may hold stands in
 * `policy-kind.ts`.
 *
 * @throws ServiceError `MalformedPolicyDocument` with the reason and the place
 */
export function parsePolicy(
  document: string,
  kind: PolicyKind,
  { maxCharacters = MAX_POLICY_CHARACTERS, isStored = false }: ParseOptions = {},
): Policy {
  if (document.length > maxCharacters) {
    throwMalformed(
      { document, path: '$', offset: 0 },
      `A policy may have at most ${maxCharacters} characters`,
    )
  }
  const root = readObject(parseJson(document), 'A policy')
  refuseUnknownMembers(root, ['Version', 'Id', 'Statement'])
  const version = readVersion(root)
  const id = root.members.get('Id')
  const policy: Policy = {
    kind,
    version,
    id: id === undefined ? null : readText(id.value, 'Id'),
    statements: readStatements(root, kind, version, isStored),
  }
  return deepFreeze(policy)
}

function readVersion({ members }: JsonObject): PolicyVersion {
  const member = members.get('Version')
  if (member === undefined) return '2008-10-17'
  const text = readText(member.value, 'Version')
  const version = POLICY_VERSIONS.find(known => known === text)
  return version ?? throwMalformed(member.value.place, `Unknown version ${quote(text)}`)
}

function readStatements(
  root: JsonObject,
  kind: PolicyKind,
  version: PolicyVersion,
  isStored: boolean,
): Policy['statements'] {
  const member = root.members.get('Statement')
  if (member === undefined) return throwMalformed(root.place, 'Missing required field Statement')
  const nodes = listValues(member.value)
  if (nodes.length === 0 || nodes.length > MAX_STATEMENTS) {
    throwMalformed(member.value.place, `A policy must have 1 to ${MAX_STATEMENTS} statements`)
  }
  const rules = {
    kind: KIND_RULES[kind],
    variables: version === NEWEST_VERSION,
    isStored,
    takenSids: new Set<string>(),
  }
  return nodes.map((node, position) => parseStatement(node, position, rules))
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const member of Object.values(value)) deepFreeze(member)
  }
  return value
}
