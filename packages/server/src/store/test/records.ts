import type {
  Account,
  Group,
  InstanceProfile,
  ManagedPolicy,
  ManagedPolicyVersion,
  OidcProvider,
  Role,
  User,
} from '../../principals/entities.ts'
import {
  type AccessKeyId,
  type AccountId,
  formatAccessKeyId,
  formatUniqueId,
  parseAccountId,
  type UniqueId,
} from '../../principals/identifiers.ts'
import type { ControlPolicy } from '../iam-ports.ts'
import type { Federation, IssuerKey, StoredAccessKey } from '../ports.ts'

/** The account that most tests work in. */
export const ACCOUNT_ID = parseAccountId('123456789012')

/** A second account, which must see nothing of the first. */
export const OTHER_ACCOUNT_ID = parseAccountId('000000000007')

/** A user id that depends on `number` alone. */
export function createUserId(number: number): UniqueId {
  return formatUniqueId('user', createBytes(number))
}

/** A group id that depends on `number` alone. */
export function createGroupId(number: number): UniqueId {
  return formatUniqueId('group', createBytes(number))
}

/** A role id that depends on `number` alone. */
export function createRoleId(number: number): UniqueId {
  return formatUniqueId('role', createBytes(number))
}

/** An access key id that depends on `number` alone. */
export function createKeyId(number: number): AccessKeyId {
  return formatAccessKeyId('AKIA', createBytes(number))
}

/** An account without an organization. */
export function createAccount(id: AccountId): Account {
  return { id, partition: 'aws', name: `account ${id}`, createdAtMs: 1_000, organization: null }
}

/** A user of `ACCOUNT_ID`, with the id of `number`. */
export function createUser(number: number, changes: Partial<User> = {}): User {
  return {
    accountId: ACCOUNT_ID,
    id: createUserId(number),
    name: `user-${String(number).padStart(4, '0')}`,
    path: '/',
    createdAtMs: 2_000 + number,
    tags: [],
    permissionsBoundaryArn: null,
    ...changes,
  }
}

/** A group of `ACCOUNT_ID`, with the id of `number`. */
export function createGroup(number: number, changes: Partial<Group> = {}): Group {
  return {
    accountId: ACCOUNT_ID,
    id: createGroupId(number),
    name: `group-${String(number).padStart(4, '0')}`,
    path: '/',
    createdAtMs: 2_100 + number,
    ...changes,
  }
}

/** A role of `ACCOUNT_ID`, with the id of `number`. */
export function createRole(number: number, changes: Partial<Role> = {}): Role {
  return {
    accountId: ACCOUNT_ID,
    id: createRoleId(number),
    name: `role-${String(number).padStart(4, '0')}`,
    path: '/',
    createdAtMs: 2_200 + number,
    description: null,
    trustPolicy: '{}',
    trustPins: [],
    maxSessionSeconds: 3_600,
    tags: [],
    permissionsBoundaryArn: null,
    sessionsRevokedBeforeMs: null,
    ...changes,
  }
}

/** An instance profile of `ACCOUNT_ID`, with the id of `number`. */
export function createInstanceProfile(
  number: number,
  changes: Partial<InstanceProfile> = {},
): InstanceProfile {
  return {
    accountId: ACCOUNT_ID,
    id: formatUniqueId('instanceProfile', createBytes(number)),
    name: `profile-${String(number).padStart(4, '0')}`,
    path: '/',
    createdAtMs: 2_250 + number,
    tags: [],
    roleId: null,
    ...changes,
  }
}

/** A managed policy of `ACCOUNT_ID`, called `policy-NUMBER`, with version `v1` in force. */
export function createManagedPolicy(
  number: number,
  changes: Partial<ManagedPolicy> = {},
): ManagedPolicy {
  const name = changes.name ?? `policy-${String(number).padStart(4, '0')}`
  return {
    accountId: ACCOUNT_ID,
    id: formatUniqueId('managedPolicy', createBytes(number)),
    name,
    path: '/',
    arn: `arn:aws:iam::${changes.accountId ?? ACCOUNT_ID}:policy${changes.path ?? '/'}${name}`,
    description: null,
    defaultVersionId: 'v1',
    createdAtMs: 2_300 + number,
    updatedAtMs: 2_400 + number,
    tags: [],
    ...changes,
  }
}

/** Version `vNUMBER` of a managed policy. */
export function createPolicyVersion(number: number, document = '{}'): ManagedPolicyVersion {
  return { versionId: `v${number}`, document, createdAtMs: 2_500 + number }
}

/** An OIDC provider of `ACCOUNT_ID` with the issuer `https://HOST`. */
export function createOidcProvider(
  host: string,
  changes: Partial<OidcProvider> = {},
): OidcProvider {
  return {
    accountId: ACCOUNT_ID,
    arn: `arn:aws:iam::${changes.accountId ?? ACCOUNT_ID}:oidc-provider/${host}`,
    url: `https://${host}`,
    clientIds: ['sts.amazonaws.com'],
    thumbprints: [],
    createdAtMs: 2_600,
    tags: [],
    inlineJwks: null,
    contextProvider: null,
    ...changes,
  }
}

/** A service control policy of the organization of the tests. */
export function createControlPolicy(changes: Partial<ControlPolicy> = {}): ControlPolicy {
  return {
    organizationId: 'o-abcdefghij',
    targetId: 'r-ab12',
    kind: 'scp',
    name: 'p',
    document: '{}',
    ...changes,
  }
}

/** A key of the root of `ACCOUNT_ID`, with the id of `number`. */
export function createKey(number: number, changes: Partial<StoredAccessKey> = {}): StoredAccessKey {
  return {
    id: createKeyId(number),
    accountId: ACCOUNT_ID,
    userId: null,
    status: 'Active',
    createdAtMs: 3_000 + number,
    sealedSecret: Uint8Array.of(0, 255, number),
    ...changes,
  }
}

/** Federation of `ACCOUNT_ID`, on. */
export function createFederation(changes: Partial<Federation> = {}): Federation {
  return {
    accountId: ACCOUNT_ID,
    issuerId: '11111111-2222-4333-8444-555555555555',
    enabled: true,
    changedAtMs: 4_000,
    previousChangeAtMs: null,
    signAs: null,
    ...changes,
  }
}

/** An ES384 key of `ACCOUNT_ID` that signs; `thumbprint` tells it from others. */
export function createIssuerKey(thumbprint: string, changes: Partial<IssuerKey> = {}): IssuerKey {
  return {
    accountId: ACCOUNT_ID,
    algorithm: 'ES384',
    generation: 0,
    state: 'active',
    backend: 'local',
    thumbprint,
    publicJwk: { kty: 'EC', crv: 'P-384', x: 'x', y: 'y' },
    handle: Uint8Array.of(1, 0, 2),
    binding: Uint8Array.of(3, 0, 4),
    createdAtMs: 5_000,
    visibleAtMs: 5_001,
    activatedAtMs: 5_002,
    endedAtMs: null,
    ...changes,
  }
}

function createBytes(number: number): Uint8Array {
  return Uint8Array.from({ length: 17 }, (_, index) =>
    index < 6 ? (number >> (5 * index)) & 31 : 0,
  )
}
