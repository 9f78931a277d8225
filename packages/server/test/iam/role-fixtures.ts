import {
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { fillPolicyTo, formatAllow, TRUST } from '../support/policies.ts'
import type { IamWorld } from '../support/worlds/iam.ts'

/** The ARN of an own policy of {@link fillRoles}. */
export function policyArn(name: string): string {
  return `arn:aws:iam::123456789012:policy/${name}`
}

/** The ARN of the provider of {@link fillRoles} that has as much as it may have. */
export const FULL_PROVIDER = 'arn:aws:iam::123456789012:oidc-provider/full.example.com'

/**
 * Roles, policies and a provider with as much as they may have: ten attached policies, fifty tags, five
 * versions, a hundred audiences, documents of the greatest size; and plain ones, with the tag `Kind`,
 * below `/plain/`.
 */
export async function fillRoles({ iam }: IamWorld): Promise<void> {
  const Tags = [{ Key: 'Kind', Value: 'plain' }]
  const fifty = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' }))
  const role = { AssumeRolePolicyDocument: TRUST }
  const policy = { PolicyDocument: formatAllow('iam:GetUser') }
  await iam.send(new CreateRoleCommand({ ...role, RoleName: 'plain-role', Path: '/plain/', Tags }))
  for (const RoleName of ['with-inline', 'with-attached', 'with-boundary']) {
    await iam.send(new CreateRoleCommand({ ...role, RoleName }))
  }
  await iam.send(new CreateRoleCommand({ ...role, RoleName: 'with-tags', Tags: fifty }))
  const full = { PolicyName: 'full', PolicyDocument: fillPolicyTo(10_240) }
  await iam.send(new PutRolePolicyCommand({ RoleName: 'with-inline', ...full }))
  for (let number = 1; number <= 11; number += 1) {
    const PolicyName = `policy-${String(number).padStart(2, '0')}`
    await iam.send(new CreatePolicyCommand({ ...policy, PolicyName }))
    if (number > 10) continue
    const PolicyArn = policyArn(PolicyName)
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'with-attached', PolicyArn }))
  }
  const largest = { PolicyName: 'largest', PolicyDocument: fillPolicyTo(6144), Tags: fifty }
  await iam.send(new CreatePolicyCommand(largest))
  await iam.send(
    new CreatePolicyCommand({ ...policy, PolicyName: 'plain-policy', Path: '/plain/', Tags }),
  )
  await iam.send(new CreatePolicyCommand({ ...policy, PolicyName: 'bounding' }))
  const PermissionsBoundary = policyArn('bounding')
  await iam.send(
    new PutRolePermissionsBoundaryCommand({ RoleName: 'with-boundary', PermissionsBoundary }),
  )
  await iam.send(new CreatePolicyCommand({ ...policy, PolicyName: 'with-versions' }))
  for (let count = 1; count < 5; count += 1) {
    const version = { PolicyArn: policyArn('with-versions'), ...policy }
    await iam.send(new CreatePolicyVersionCommand(version))
  }
  const ClientIDList = Array.from({ length: 100 }, (_, index) => `client-${index}`)
  await iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: 'https://full.example.com',
      ClientIDList,
      Tags: fifty,
    }),
  )
}
