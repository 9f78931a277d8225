import {
  MAX_ACCESS_KEYS,
  MAX_ATTACHED_POLICIES,
  MAX_GROUPS_PER_USER,
  MAX_INLINE_CHARACTERS,
  MAX_POLICY_CHARACTERS,
  MAX_POLICY_VERSIONS,
  MAX_TRUST_POLICY_CHARACTERS,
} from '../../../changes/quotas.ts'
import { integer, map, optional, structure } from '../../../shapes/shape.ts'
import type { Call } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { answer } from '../outcome.ts'

/** What stands for no quota: the greatest number that the answer can hold. */
const UNLIMITED = 2_147_483_647

/**
 * Counts what an account has, and says what it may have (AWS IAM API Reference: GetAccountSummary). For
 * things that Credence does not have, such as passwords, both the count and the quota are 0.
 */
export const getAccountSummary = defineIamOperation({
  name: 'GetAccountSummary',
  input: structure('GetAccountSummaryRequest', {}),
  output: structure('GetAccountSummaryResponse', { summaryMap: optional(map(integer())) }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: () => null,
  permissions: () => [{ action: 'iam:GetAccountSummary', resource: '*', context: [] }],
  run: async (_input, call) => answer({ summaryMap: await summarize(call) }),
})

async function summarize({ caller, services: { store } }: Call): Promise<Map<string, number>> {
  const { id } = caller.account
  const counts = await store.countEntities(id)
  const rootKeys = await store.listAccessKeys(id, null)
  return new Map([
    ['Users', counts.users],
    ['UsersQuota', UNLIMITED],
    ['Groups', counts.groups],
    ['GroupsQuota', UNLIMITED],
    ['ServerCertificates', 0],
    ['ServerCertificatesQuota', 0],
    ['UserPolicySizeQuota', MAX_INLINE_CHARACTERS.user],
    ['GroupPolicySizeQuota', MAX_INLINE_CHARACTERS.group],
    ['GroupsPerUserQuota', MAX_GROUPS_PER_USER],
    ['SigningCertificatesPerUserQuota', 0],
    ['AccessKeysPerUserQuota', MAX_ACCESS_KEYS],
    ['MFADevices', 0],
    ['MFADevicesInUse', 0],
    ['AccountMFAEnabled', 0],
    ['AccountAccessKeysPresent', rootKeys.length > 0 ? 1 : 0],
    ['AccountPasswordPresent', 0],
    ['AccountSigningCertificatesPresent', 0],
    ['AttachedPoliciesPerGroupQuota', MAX_ATTACHED_POLICIES],
    ['AttachedPoliciesPerRoleQuota', MAX_ATTACHED_POLICIES],
    ['AttachedPoliciesPerUserQuota', MAX_ATTACHED_POLICIES],
    ['Policies', counts.managedPolicies],
    ['PoliciesQuota', UNLIMITED],
    ['PolicySizeQuota', MAX_POLICY_CHARACTERS],
    ['PolicyVersionsInUse', counts.policiesInUse],
    ['PolicyVersionsInUseQuota', UNLIMITED],
    ['VersionsPerPolicyQuota', MAX_POLICY_VERSIONS],
    // Session tokens are good in every region.
    ['GlobalEndpointTokenVersion', 2],
    ['AssumeRolePolicySizeQuota', MAX_TRUST_POLICY_CHARACTERS],
    ['InstanceProfiles', counts.instanceProfiles],
    ['InstanceProfilesQuota', UNLIMITED],
    ['Providers', counts.oidcProviders],
    ['RolePolicySizeQuota', MAX_INLINE_CHARACTERS.role],
    ['Roles', counts.roles],
    ['RolesQuota', UNLIMITED],
  ])
}
