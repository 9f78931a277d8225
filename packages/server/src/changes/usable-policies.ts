import { ServiceError } from '../errors.ts'
import { parseArn } from '../principals/arn.ts'
import type { Account, ManagedPolicy, User } from '../principals/entities.ts'
import type { ManagedPolicyStore } from '../store/iam-ports.ts'
import { notAttachable, notBoundary } from './refusals.ts'
import type { Patch } from './turn.ts'

type PolicyFinder = Pick<ManagedPolicyStore, 'findManagedPolicy'>

/** A policy that an account may use, which may be one of AWS's. Null when there is none. */
export async function findUsablePolicy(
  store: PolicyFinder,
  account: Account,
  policyArn: string,
): Promise<ManagedPolicy | null> {
  // AWS's policies are there in every partition, each under its own ARN.
  if (parseArn(policyArn)?.partition !== account.partition) return null
  return store.findManagedPolicy(account.id, policyArn)
}

/** Makes sure that a policy may be attached. @throws ServiceError `InvalidInput`, `NoSuchEntity` */
export async function requireAttachablePolicy(
  store: PolicyFinder,
  account: Account,
  policyArn: string,
): Promise<void> {
  requirePolicyArn(policyArn)
  if ((await findUsablePolicy(store, account, policyArn)) === null) throw notAttachable(policyArn)
}

/**
 * Makes sure that a policy may become the boundary of a user or role.
 * @throws ServiceError `InvalidInput`, `NoSuchEntity`
 */
export async function requireBoundaryPolicy(
  store: PolicyFinder,
  account: Account,
  policyArn: string,
): Promise<void> {
  requirePolicyArn(policyArn)
  if ((await findUsablePolicy(store, account, policyArn)) !== null) return
  throw notBoundary(policyArn)
}

/**
 * The boundary that a user or role is to have. It is the one that is asked for (null for none); when
 * nothing is asked for, it is the present one.
 * @throws ServiceError `InvalidInput`, `NoSuchEntity`
 */
export async function chooseBoundary(
  store: PolicyFinder,
  account: Account,
  { permissionsBoundaryArn: present }: Pick<User, 'permissionsBoundaryArn'>,
  { permissionsBoundaryArn: wanted }: Patch<Pick<User, 'permissionsBoundaryArn'>>,
): Promise<string | null> {
  if (wanted === undefined || wanted === present) return present
  if (wanted !== null) await requireBoundaryPolicy(store, account, wanted)
  return wanted
}

/** Makes sure that a text is the ARN of a managed policy. @throws ServiceError `InvalidInput` */
export function requirePolicyArn(text: string): void {
  const arn = parseArn(text)
  if (arn?.service === 'iam' && arn.resource.startsWith('policy/')) return
  throw new ServiceError('InvalidInput', `ARN ${text} is not valid.`)
}
