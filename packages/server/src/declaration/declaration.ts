import { z } from 'zod'
import { PARTITIONS, type Partition } from '../principals/arn.ts'
import { SUBJECT_TYPES } from '../principals/identity-context.ts'

const NAME = /^[\w+=,.@-]{1,128}$/
const PATH = /^\/(?:[\u0021-\u007E]{1,510}\/)?$/

const name = z.string().regex(NAME, 'must be 1 to 128 letters, digits and _+=,.@-')
const path = z.string().regex(PATH, 'must begin and end with /').default('/')
const tags = z.record(z.string(), z.string()).default({})
const document = z.record(z.string(), z.unknown())
const arns = z.array(z.string().min(20)).default([])

/** Inline policies by name, attached managed policies by ARN. */
const policies = {
  policies: z.record(name, document).default({}),
  attachedPolicies: arns,
}

const user = z.strictObject({
  name,
  path,
  tags,
  permissionsBoundary: z.string().nullable().default(null),
  groups: z.array(name).default([]),
  ...policies,
})

const group = z.strictObject({ name, path, ...policies })

const role = z.strictObject({
  name,
  path,
  description: z.string().max(1000).nullable().default(null),
  trustPolicy: document,
  maxSessionSeconds: z.int().min(3600).max(43_200).default(3600),
  tags,
  permissionsBoundary: z.string().nullable().default(null),
  ...policies,
})

const managedPolicy = z.strictObject({
  name,
  path,
  description: z.string().max(1000).nullable().default(null),
  tags,
  document,
})

/** Which claims of tokens say on whose behalf sessions act: `sub`, unless another is named. */
const contextProvider = z.strictObject({
  subjectSourceKey: z.string().default('sub'),
  subjectTypeValue: z.enum(SUBJECT_TYPES).optional(),
  subjectTypeSourceKey: z.string().optional(),
  keyDefinitionList: z
    .array(z.strictObject({ sourceKey: z.string(), targetKey: z.string().optional() }))
    .max(10)
    .default([]),
})

const instanceProfile = z.strictObject({
  name,
  path,
  tags,
  /** Of the same account; null for none. */
  role: name.nullable().default(null),
})

const oidcProvider = z.strictObject({
  url: z.string().min(1).max(255),
  clientIds: z.array(z.string().min(1).max(255)).default([]),
  thumbprints: z.array(z.string().length(40)).default([]),
  tags,
  /** A JWKS for an issuer that cannot be reached. */
  jwks: document.nullable().default(null),
  contextProvider: contextProvider.nullable().default(null),
})

const account = z.strictObject({
  id: z.string().regex(/^\d{12}$/, 'must be twelve digits, in quotes'),
  name: z.string().default(''),
  /** Null leaves it as it is; of a new account it is `account.partition` of the configuration. */
  partition: z.enum(PARTITIONS).nullable().default(null),
  /** `o-…/r-…/ou-…`: the place in the organization. */
  organization: z.string().nullable().default(null),
  isManagementAccount: z.boolean().default(false),
  /** Whether the account issues tokens; null leaves it as it is. */
  federation: z.enum(['enabled', 'disabled']).nullable().default(null),
  /** A name that people remember; null leaves it as it is. */
  alias: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9]|-(?!-)){1,61}[a-z0-9]$/, 'must be an alias, such as my-company')
    .nullable()
    .default(null),
  managedPolicies: z.array(managedPolicy).default([]),
  groups: z.array(group).default([]),
  users: z.array(user).default([]),
  roles: z.array(role).default([]),
  instanceProfiles: z.array(instanceProfile).default([]),
  oidcProviders: z.array(oidcProvider).default([]),
})

const controlPolicy = z.strictObject({
  /** A root, a unit or an account. */
  target: z.string().min(1),
  kind: z.enum(['scp', 'rcp']),
  name,
  document,
})

const organization = z.strictObject({
  id: z.string().regex(/^o-[a-z0-9]{10,32}$/, 'must look like o-example1234'),
  policies: z.array(controlPolicy).default([]),
})

/**
 * The file of `credence apply` and `credence export`: who there is and what they may do. Secrets have
 * no place in it; access keys are made by `credence access-key create`.
 */
export const DECLARATION_SCHEMA = z.strictObject({
  accounts: z.array(account).default([]),
  organizations: z.array(organization).default([]),
})

/** A declaration with every default that needs no store. */
export type ParsedDeclaration = z.infer<typeof DECLARATION_SCHEMA>

/** A whole declaration, every default filled in. */
export interface Declaration extends Omit<ParsedDeclaration, 'accounts'> {
  readonly accounts: readonly (Omit<ParsedDeclaration['accounts'][number], 'partition'> & {
    readonly partition: Partition
  })[]
}

/** A declaration as it is written: what has a default may be left out. */
export type DeclarationInput = z.input<typeof DECLARATION_SCHEMA>

/** One account of a declaration. */
export type DeclaredAccount = Declaration['accounts'][number]

/** What an account holds, by the member of {@link DeclaredAccount}. */
export type DeclaredUser = DeclaredAccount['users'][number]
/** A declared group. */
export type DeclaredGroup = DeclaredAccount['groups'][number]
/** A declared role. */
export type DeclaredRole = DeclaredAccount['roles'][number]
/** A declared managed policy. */
export type DeclaredManagedPolicy = DeclaredAccount['managedPolicies'][number]
/** A declared instance profile. */
export type DeclaredInstanceProfile = DeclaredAccount['instanceProfiles'][number]
/** A declared OIDC provider. */
export type DeclaredOidcProvider = DeclaredAccount['oidcProviders'][number]
/** A declared control policy. */
export type DeclaredControlPolicy = Declaration['organizations'][number]['policies'][number]
