import { LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { ServiceError } from '../errors.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import type { PolicyKind } from '../policy/policy-document.ts'
import { parseOrganizationPlacement } from '../principals/organization.ts'
import { parsePrincipalTags } from '../principals/tags.ts'
import { checkTrustPolicy, type TrustRules } from '../trust/check-trust-policy.ts'
import { DECLARATION_SCHEMA, type ParsedDeclaration } from './declaration.ts'
import { DeclarationError } from './declaration-error.ts'

/**
 * Reads a declaration in YAML (or JSON, which is YAML) and checks everything that can be checked
 * without a store: unknown members, names, tags, policies in full. A trust policy counts as written
 * anew, whether or not the store has it already. @throws DeclarationError
 */
export function parseDeclaration(
  text: string,
  rules: Pick<TrustRules, 'requiresCallerClaim'>,
): ParsedDeclaration {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true })
  if (document.errors.length > 0) {
    throw new DeclarationError(document.errors.map(({ message }) => message))
  }
  const parsed = DECLARATION_SCHEMA.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {})
  if (!parsed.success) throw new DeclarationError(parsed.error.issues.map(formatIssue))
  const problems = [...findDuplicates(parsed.data), ...findRefusals(parsed.data, rules)]
  if (problems.length > 0) throw new DeclarationError(problems)
  return parsed.data
}

function formatIssue({ path, message }: z.core.$ZodIssue): string {
  return `${path.map(String).join('.') || 'the document'}: ${message}`
}

/** Lists of an account whose entities have names. */
const ENTITY_LISTS = ['managedPolicies', 'groups', 'users', 'roles', 'instanceProfiles'] as const

function* findDuplicates({ accounts, organizations }: ParsedDeclaration): Iterable<string> {
  yield* listRepeated(
    'accounts',
    accounts.map(({ id }) => id),
  )
  yield* listRepeated(
    'organizations',
    organizations.map(({ id }) => id),
  )
  for (const account of accounts) {
    for (const kind of ENTITY_LISTS) {
      const names = account[kind].map(({ name }) => name.toLowerCase())
      yield* listRepeated(`account ${account.id}, ${kind}`, names)
    }
    yield* listRepeated(
      `account ${account.id}, oidcProviders`,
      account.oidcProviders.map(({ url }) => url),
    )
  }
}

function* listRepeated(where: string, keys: readonly string[]): Iterable<string> {
  const seen = new Set<string>()
  for (const key of keys) {
    if (seen.has(key)) yield `${where}: ${key} occurs twice`
    seen.add(key)
  }
}

/** What the rules of each kind of entity refuse. */
function* findRefusals(
  { accounts, organizations }: ParsedDeclaration,
  rules: Pick<TrustRules, 'requiresCallerClaim'>,
): Iterable<string> {
  for (const account of accounts) {
    const where = `account ${account.id}`
    const { organization, isManagementAccount } = account
    if (organization !== null) {
      yield* check(where, () => parseOrganizationPlacement(organization, isManagementAccount))
    }
    for (const { name, document } of account.managedPolicies) {
      yield* checkPolicy(`${where}, managed policy ${name}`, document, 'identity')
    }
    for (const role of account.roles) {
      yield* check(`${where}, role ${role.name}, trustPolicy`, () =>
        checkTrustPolicy(JSON.stringify(role.trustPolicy), rules),
      )
    }
    for (const kind of ['groups', 'users', 'roles'] as const) {
      for (const { name, policies } of account[kind]) {
        for (const [policyName, document] of Object.entries(policies)) {
          yield* checkPolicy(
            `${where}, ${kind} ${name}, policy ${policyName}`,
            document,
            'identity',
          )
        }
      }
    }
    for (const kind of ['users', 'roles', 'managedPolicies'] as const) {
      for (const { name, tags } of account[kind]) {
        const list = Object.entries(tags).map(([key, value]) => ({ key, value }))
        yield* check(`${where}, ${kind} ${name}, tags`, () => parsePrincipalTags(list))
      }
    }
  }
  for (const { id, policies } of organizations) {
    for (const { kind, target, name, document } of policies) {
      yield* checkPolicy(`organization ${id}, ${kind} ${name} of ${target}`, document, kind)
    }
  }
}

function checkPolicy(where: string, document: object, kind: PolicyKind): Iterable<string> {
  return check(where, () => parsePolicy(JSON.stringify(document), kind))
}

function* check(where: string, parse: () => unknown): Iterable<string> {
  try {
    parse()
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    yield `${where}: ${error.message}`
  }
}
