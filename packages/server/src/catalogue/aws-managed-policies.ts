import { createHash } from 'node:crypto'
import { PARTITIONS, type Partition } from '../principals/arn.ts'
import type { ManagedPolicy, ManagedPolicyVersion } from '../principals/entities.ts'
import { formatUniqueId, isUniqueId, type UniqueId } from '../principals/identifiers.ts'
import { type PublishedPolicy, readCatalogue } from './read-catalogue.ts'

/** One of AWS's policies as any account sees it. */
export interface AwsManagedPolicy {
  readonly policy: Omit<ManagedPolicy, 'accountId'>
  readonly version: ManagedPolicyVersion
}

const ARN = /^arn:([^:]+):iam::aws:policy(\/(?:.*\/)?)([^/]+)$/

/**
 * Whether an ARN is in the account of AWS's own policies, whether or not it exists. Reads nothing.
 */
export function isAwsManagedPolicyArn(arn: string): boolean {
  return ARN.test(arn)
}

/**
 * One of the policies that every account has without making them, by its ARN in any partition; null when
 * there is none. Names, paths, dates, versions and documents are AWS's own (AWS managed policy reference
 * guide); of the versions it has the one in force.
 */
export function findAwsManagedPolicy(arn: string): AwsManagedPolicy | null {
  const [, partition, path, name = ''] = ARN.exec(arn) ?? []
  if (!isPartition(partition)) return null
  const published = readCatalogue().get(name)
  if (published === undefined || published[1] !== path) return null
  return toAwsManagedPolicy(partition, published)
}

/**
 * All of AWS's policies whose path begins with the prefix, in the order of names without regard to
 * case.
 */
export function listAwsManagedPolicies(
  partition: Partition,
  pathPrefix: string,
): readonly AwsManagedPolicy['policy'][] {
  return [...readCatalogue().values()]
    .filter(([, path]) => path.startsWith(pathPrefix))
    .map(published => toAwsManagedPolicy(partition, published).policy)
}

function toAwsManagedPolicy(
  partition: Partition,
  [name, path, versionId, createdAt, updatedAt, document]: PublishedPolicy,
): AwsManagedPolicy {
  const updatedAtMs = updatedAt * 1000
  return {
    policy: {
      id: findPolicyId(name),
      name,
      path,
      arn: `arn:${partition}:iam::aws:policy${path}${name}`,
      description: null,
      defaultVersionId: versionId,
      createdAtMs: createdAt * 1000,
      updatedAtMs,
      tags: [],
    },
    version: {
      versionId,
      // What is published is of the partition `aws`: elsewhere ARNs begin otherwise.
      document:
        partition === 'aws' ? document : document.replaceAll('"arn:aws:', `"arn:${partition}:`),
      createdAtMs: updatedAtMs,
    },
  }
}

/** The known ids, of the policies that are attached most. */
const AWS_IDS: Readonly<Record<string, string>> = {
  AdministratorAccess: 'ANPAIWMBCKSKIEE64ZLYK',
  IAMFullAccess: 'ANPAI7XKCFMBPM3QQRRVQ',
  IAMReadOnlyAccess: 'ANPAJKSO7NDY4T57MWDSQ',
  PowerUserAccess: 'ANPAJYRXTHIB4FOVS3ZXS',
  ReadOnlyAccess: 'ANPAILL3HVNFSB6DCOWYQ',
}

/** AWS publishes no ids: those that are not known come from the name, and so never change. */
function findPolicyId(name: string): UniqueId {
  const known = AWS_IDS[name] ?? ''
  if (isUniqueId(known)) return known
  return formatUniqueId('managedPolicy', createHash('sha256').update(name).digest())
}

function isPartition(text: string | undefined): text is Partition {
  return PARTITIONS.some(partition => partition === text)
}
