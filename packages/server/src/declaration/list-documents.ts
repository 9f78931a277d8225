import type { PolicyKind } from '../policy/policy-document.ts'
import type { Declaration, DeclaredAccount } from './declaration.ts'

/** A policy document of a declaration. */
export interface DeclaredDocument {
  /** Where it stands: `123456789012 user alice, policy tokens`. */
  readonly place: string
  readonly kind: PolicyKind
  readonly document: object
}

/** Every policy document of a declaration: inline, managed, trust and control policies. */
export function listDocuments({
  accounts,
  organizations,
}: Declaration): readonly DeclaredDocument[] {
  return [
    ...accounts.flatMap(listOfAccount),
    ...organizations.flatMap(({ id, policies }) =>
      policies.map(({ target, kind, name, document }) => ({
        place: `${id} ${target}, ${kind} ${name}`,
        kind,
        document,
      })),
    ),
  ]
}

function listOfAccount({
  id,
  managedPolicies,
  groups,
  users,
  roles,
}: DeclaredAccount): readonly DeclaredDocument[] {
  return [
    ...managedPolicies.map(({ name, document }) => ({
      place: `${id} managed policy ${name}`,
      kind: 'identity' as const,
      document,
    })),
    ...groups.flatMap(({ name, policies }) => listInline(`${id} group ${name}`, policies)),
    ...users.flatMap(({ name, policies }) => listInline(`${id} user ${name}`, policies)),
    ...roles.flatMap(({ name, policies, trustPolicy }) => [
      { place: `${id} role ${name}, trust policy`, kind: 'trust' as const, document: trustPolicy },
      ...listInline(`${id} role ${name}`, policies),
    ]),
  ]
}

function listInline(
  owner: string,
  policies: Readonly<Record<string, object>>,
): readonly DeclaredDocument[] {
  return Object.entries(policies).map(([name, document]) => ({
    place: `${owner}, policy ${name}`,
    kind: 'identity',
    document,
  }))
}
