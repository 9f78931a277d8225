import { PARTITIONS, type Partition } from './arn.ts'
import type { ManagedPolicy, ManagedPolicyVersion } from './entities.ts'
import { isUniqueId } from './identifiers.ts'

/**
 * The policies that every account has without making them, as AWS's accounts have them: names, ARNs,
 * ids and dates are AWS's own; what they allow is AWS's, as far as Credence has it. Nobody can change
 * them (AWS managed policy reference guide).
 */
const AWS_MANAGED_POLICIES = [
  define('AdministratorAccess', 'ANPAIWMBCKSKIEE64ZLYK', '2015-02-06T18:39:46Z', {
    description: 'Allows everything.',
    statements: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  }),
  define('IAMFullAccess', 'ANPAI7XKCFMBPM3QQRRVQ', '2015-02-06T18:40:38Z', {
    description: 'Allows everything with users, groups, roles, policies and providers.',
    statements: [{ Effect: 'Allow', Action: 'iam:*', Resource: '*' }],
  }),
  define('IAMReadOnlyAccess', 'ANPAJKSO7NDY4T57MWDSQ', '2015-02-06T18:40:39Z', {
    description: 'Allows to look at users, groups, roles, policies and providers.',
    statements: [
      {
        Effect: 'Allow',
        Action: ['iam:GenerateCredentialReport', 'iam:Get*', 'iam:List*', 'iam:Simulate*'],
        Resource: '*',
      },
    ],
  }),
  define('PowerUserAccess', 'ANPAJYRXTHIB4FOVS3ZXS', '2015-02-06T18:39:47Z', {
    description: 'Allows everything but to manage users, roles, policies and accounts.',
    statements: [
      { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
      { Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*' },
    ],
  }),
  define('ReadOnlyAccess', 'ANPAILL3HVNFSB6DCOWYQ', '2015-02-06T18:39:48Z', {
    description: 'Allows to look at everything, and to issue nothing but sessions of oneself.',
    statements: [
      {
        Effect: 'Allow',
        Action: [
          'iam:GenerateCredentialReport',
          'iam:Get*',
          'iam:List*',
          'iam:Simulate*',
          'sts:GetAccessKeyInfo',
          'sts:GetCallerIdentity',
          'sts:GetSessionToken',
        ],
        Resource: '*',
      },
    ],
  }),
]

/** One of AWS's policies as any account sees it. */
export interface AwsManagedPolicy {
  readonly policy: Omit<ManagedPolicy, 'accountId' | 'arn'>
  readonly version: ManagedPolicyVersion
}

const BY_ARN = new Map(
  AWS_MANAGED_POLICIES.flatMap(managed =>
    PARTITIONS.map(partition => [formatAwsManagedPolicyArn(partition, managed), managed] as const),
  ),
)

/** One of AWS's policies by its ARN in any partition; null when there is none. */
export function findAwsManagedPolicy(arn: string): AwsManagedPolicy | null {
  return BY_ARN.get(arn) ?? null
}

/** The ARNs of all of AWS's policies, in the order of names. */
export function listAwsManagedPolicyArns(partition: Partition): readonly string[] {
  return AWS_MANAGED_POLICIES.map(managed => formatAwsManagedPolicyArn(partition, managed))
}

function formatAwsManagedPolicyArn(partition: Partition, { policy }: AwsManagedPolicy): string {
  return `arn:${partition}:iam::aws:policy${policy.path}${policy.name}`
}

function define(
  name: string,
  id: string,
  createdAt: string,
  {
    description,
    statements,
  }: { readonly description: string; readonly statements: readonly object[] },
): AwsManagedPolicy {
  if (!isUniqueId(id)) throw new TypeError(`${id} is no unique id`)
  const createdAtMs = Date.parse(createdAt)
  const document = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  return {
    policy: {
      id,
      name,
      path: '/',
      description,
      defaultVersionId: 'v1',
      createdAtMs,
      updatedAtMs: createdAtMs,
      tags: [],
    },
    version: { versionId: 'v1', document, createdAtMs },
  }
}
