import type { Api } from './apis.ts'
import { ABSENT_LISTS } from './iam/actions/absent-lists.ts'
import { ABSENT_READS } from './iam/actions/absent-reads.ts'
import { addClientIdToOpenIdConnectProvider } from './iam/actions/add-client-id-to-open-id-connect-provider.ts'
import { addRoleToInstanceProfile } from './iam/actions/add-role-to-instance-profile.ts'
import {
  tagInstanceProfile,
  tagOpenIdConnectProvider,
  tagPolicy,
  tagRole,
  tagUser,
} from './iam/actions/add-tags.ts'
import { addUserToGroup } from './iam/actions/add-user-to-group.ts'
import {
  attachGroupPolicy,
  attachRolePolicy,
  attachUserPolicy,
} from './iam/actions/attach-policy.ts'
import { createAccessKey } from './iam/actions/create-access-key.ts'
import { createAccountAlias } from './iam/actions/create-account-alias.ts'
import { createGroup } from './iam/actions/create-group.ts'
import { createInstanceProfile } from './iam/actions/create-instance-profile.ts'
import { createOpenIdConnectProvider } from './iam/actions/create-open-id-connect-provider.ts'
import { createPolicy } from './iam/actions/create-policy.ts'
import { createPolicyVersion } from './iam/actions/create-policy-version.ts'
import { createRole } from './iam/actions/create-role.ts'
import { createServiceLinkedRole } from './iam/actions/create-service-linked-role.ts'
import { createUser } from './iam/actions/create-user.ts'
import { deleteAccessKey } from './iam/actions/delete-access-key.ts'
import { deleteAccountAlias } from './iam/actions/delete-account-alias.ts'
import { deleteGroup } from './iam/actions/delete-group.ts'
import {
  deleteGroupPolicy,
  deleteRolePolicy,
  deleteUserPolicy,
} from './iam/actions/delete-inline-policy.ts'
import { deleteInstanceProfile } from './iam/actions/delete-instance-profile.ts'
import { deleteOpenIdConnectProvider } from './iam/actions/delete-open-id-connect-provider.ts'
import { deletePolicy } from './iam/actions/delete-policy.ts'
import { deletePolicyVersion } from './iam/actions/delete-policy-version.ts'
import { deleteRole } from './iam/actions/delete-role.ts'
import { deleteRolePermissionsBoundary } from './iam/actions/delete-role-permissions-boundary.ts'
import { deleteServiceLinkedRole } from './iam/actions/delete-service-linked-role.ts'
import { deleteUser } from './iam/actions/delete-user.ts'
import { deleteUserPermissionsBoundary } from './iam/actions/delete-user-permissions-boundary.ts'
import {
  detachGroupPolicy,
  detachRolePolicy,
  detachUserPolicy,
} from './iam/actions/detach-policy.ts'
import { disableOutboundWebIdentityFederation } from './iam/actions/disable-outbound-web-identity-federation.ts'
import { enableOutboundWebIdentityFederation } from './iam/actions/enable-outbound-web-identity-federation.ts'
import { generateCredentialReport } from './iam/actions/generate-credential-report.ts'
import { generateServiceLastAccessedDetails } from './iam/actions/generate-service-last-accessed-details.ts'
import { getAccessKeyLastUsed } from './iam/actions/get-access-key-last-used.ts'
import { getAccountAuthorizationDetails } from './iam/actions/get-account-authorization-details.ts'
import { getAccountSummary } from './iam/actions/get-account-summary.ts'
import { getContextKeysForCustomPolicy } from './iam/actions/get-context-keys-for-custom-policy.ts'
import { getContextKeysForPrincipalPolicy } from './iam/actions/get-context-keys-for-principal-policy.ts'
import { getCredentialReport } from './iam/actions/get-credential-report.ts'
import { getGroup } from './iam/actions/get-group.ts'
import { getGroupPolicy, getRolePolicy, getUserPolicy } from './iam/actions/get-inline-policy.ts'
import { getInstanceProfile } from './iam/actions/get-instance-profile.ts'
import { getOpenIdConnectProvider } from './iam/actions/get-open-id-connect-provider.ts'
import { getOutboundWebIdentityFederationInfo } from './iam/actions/get-outbound-web-identity-federation-info.ts'
import { getPolicy } from './iam/actions/get-policy.ts'
import { getPolicyVersion } from './iam/actions/get-policy-version.ts'
import { getRole } from './iam/actions/get-role.ts'
import { getServiceLastAccessedDetails } from './iam/actions/get-service-last-accessed-details.ts'
import { getServiceLastAccessedDetailsWithEntities } from './iam/actions/get-service-last-accessed-details-with-entities.ts'
import { getServiceLinkedRoleDeletionStatus } from './iam/actions/get-service-linked-role-deletion-status.ts'
import { getUser } from './iam/actions/get-user.ts'
import { listAccessKeys } from './iam/actions/list-access-keys.ts'
import { listAccountAliases } from './iam/actions/list-account-aliases.ts'
import {
  listAttachedGroupPolicies,
  listAttachedRolePolicies,
  listAttachedUserPolicies,
} from './iam/actions/list-attached-policies.ts'
import { listEntitiesForPolicy } from './iam/actions/list-entities-for-policy.ts'
import { listGroups } from './iam/actions/list-groups.ts'
import { listGroupsForUser } from './iam/actions/list-groups-for-user.ts'
import {
  listGroupPolicies,
  listRolePolicies,
  listUserPolicies,
} from './iam/actions/list-inline-policies.ts'
import { listInstanceProfiles } from './iam/actions/list-instance-profiles.ts'
import { listInstanceProfilesForRole } from './iam/actions/list-instance-profiles-for-role.ts'
import { listOpenIdConnectProviders } from './iam/actions/list-open-id-connect-providers.ts'
import { listPolicies } from './iam/actions/list-policies.ts'
import { listPoliciesGrantingServiceAccess } from './iam/actions/list-policies-granting-service-access.ts'
import { listPolicyVersions } from './iam/actions/list-policy-versions.ts'
import { listRoles } from './iam/actions/list-roles.ts'
import {
  listInstanceProfileTags,
  listOpenIdConnectProviderTags,
  listPolicyTags,
  listRoleTags,
  listUserTags,
} from './iam/actions/list-tags.ts'
import { listUsers } from './iam/actions/list-users.ts'
import { putGroupPolicy, putRolePolicy, putUserPolicy } from './iam/actions/put-inline-policy.ts'
import { putRolePermissionsBoundary } from './iam/actions/put-role-permissions-boundary.ts'
import { putUserPermissionsBoundary } from './iam/actions/put-user-permissions-boundary.ts'
import { removeClientIdFromOpenIdConnectProvider } from './iam/actions/remove-client-id-from-open-id-connect-provider.ts'
import { removeRoleFromInstanceProfile } from './iam/actions/remove-role-from-instance-profile.ts'
import {
  untagInstanceProfile,
  untagOpenIdConnectProvider,
  untagPolicy,
  untagRole,
  untagUser,
} from './iam/actions/remove-tags.ts'
import { removeUserFromGroup } from './iam/actions/remove-user-from-group.ts'
import { setDefaultPolicyVersion } from './iam/actions/set-default-policy-version.ts'
import { simulateCustomPolicy } from './iam/actions/simulate-custom-policy.ts'
import { simulatePrincipalPolicy } from './iam/actions/simulate-principal-policy.ts'
import { updateAccessKey } from './iam/actions/update-access-key.ts'
import { updateAssumeRolePolicy } from './iam/actions/update-assume-role-policy.ts'
import { updateGroup } from './iam/actions/update-group.ts'
import { updateOpenIdConnectProvider } from './iam/actions/update-open-id-connect-provider.ts'
import { updateOpenIdConnectProviderThumbprint } from './iam/actions/update-open-id-connect-provider-thumbprint.ts'
import { updateRole } from './iam/actions/update-role.ts'
import { updateRoleDescription } from './iam/actions/update-role-description.ts'
import { updateUser } from './iam/actions/update-user.ts'
import type { Operation } from './operation.ts'
import { assumeRole } from './sts/assume-role.ts'
import { assumeRoleWithWebIdentity } from './sts/assume-role-with-web-identity.ts'
import { decodeAuthorizationMessage } from './sts/decode-authorization-message.ts'
import { getAccessKeyInfo } from './sts/get-access-key-info.ts'
import { getCallerIdentity } from './sts/get-caller-identity.ts'
import { getFederationToken } from './sts/get-federation-token.ts'
import { getScopedCredentials } from './sts/get-scoped-credentials.ts'
import { getSessionToken } from './sts/get-session-token.ts'
import { getWebIdentityToken } from './sts/get-web-identity-token.ts'

/** Every operation of the service. What is not in this list does not exist. */
export const OPERATIONS: readonly Operation[] = [
  assumeRole,
  assumeRoleWithWebIdentity,
  decodeAuthorizationMessage,
  getAccessKeyInfo,
  getCallerIdentity,
  getFederationToken,
  getScopedCredentials,
  getSessionToken,
  getWebIdentityToken,
  addClientIdToOpenIdConnectProvider,
  addRoleToInstanceProfile,
  addUserToGroup,
  attachGroupPolicy,
  attachRolePolicy,
  attachUserPolicy,
  createAccessKey,
  createAccountAlias,
  createGroup,
  createInstanceProfile,
  createOpenIdConnectProvider,
  createPolicy,
  createPolicyVersion,
  createRole,
  createServiceLinkedRole,
  createUser,
  deleteAccessKey,
  deleteAccountAlias,
  deleteGroup,
  deleteGroupPolicy,
  deleteInstanceProfile,
  deleteOpenIdConnectProvider,
  deletePolicy,
  deletePolicyVersion,
  deleteRole,
  deleteRolePermissionsBoundary,
  deleteRolePolicy,
  deleteServiceLinkedRole,
  deleteUser,
  deleteUserPermissionsBoundary,
  deleteUserPolicy,
  detachGroupPolicy,
  detachRolePolicy,
  detachUserPolicy,
  disableOutboundWebIdentityFederation,
  enableOutboundWebIdentityFederation,
  generateCredentialReport,
  generateServiceLastAccessedDetails,
  getAccessKeyLastUsed,
  getAccountAuthorizationDetails,
  getAccountSummary,
  getContextKeysForCustomPolicy,
  getContextKeysForPrincipalPolicy,
  getCredentialReport,
  getGroup,
  getGroupPolicy,
  getInstanceProfile,
  getOpenIdConnectProvider,
  getOutboundWebIdentityFederationInfo,
  getPolicy,
  getPolicyVersion,
  getRole,
  getRolePolicy,
  getServiceLastAccessedDetails,
  getServiceLastAccessedDetailsWithEntities,
  getServiceLinkedRoleDeletionStatus,
  getUser,
  getUserPolicy,
  listAccessKeys,
  listAccountAliases,
  listAttachedGroupPolicies,
  listAttachedRolePolicies,
  listAttachedUserPolicies,
  listEntitiesForPolicy,
  listGroupPolicies,
  listGroups,
  listGroupsForUser,
  listInstanceProfiles,
  listInstanceProfilesForRole,
  listInstanceProfileTags,
  listOpenIdConnectProviders,
  listOpenIdConnectProviderTags,
  listPolicies,
  listPoliciesGrantingServiceAccess,
  listPolicyTags,
  listPolicyVersions,
  listRolePolicies,
  listRoles,
  listRoleTags,
  listUserPolicies,
  listUsers,
  listUserTags,
  putGroupPolicy,
  putRolePermissionsBoundary,
  putRolePolicy,
  putUserPermissionsBoundary,
  putUserPolicy,
  removeClientIdFromOpenIdConnectProvider,
  removeRoleFromInstanceProfile,
  removeUserFromGroup,
  setDefaultPolicyVersion,
  simulateCustomPolicy,
  simulatePrincipalPolicy,
  tagInstanceProfile,
  tagOpenIdConnectProvider,
  tagPolicy,
  tagRole,
  tagUser,
  untagInstanceProfile,
  untagOpenIdConnectProvider,
  untagPolicy,
  untagRole,
  untagUser,
  updateAccessKey,
  updateAssumeRolePolicy,
  updateGroup,
  updateOpenIdConnectProvider,
  updateOpenIdConnectProviderThumbprint,
  updateRole,
  updateRoleDescription,
  updateUser,
  ...ABSENT_LISTS,
  ...ABSENT_READS,
]

const BY_API_AND_NAME = new Map(
  OPERATIONS.map(operation => [registryKey(operation.api, operation.name), operation]),
)

/** The operation of an API by its name, matched exactly; null when unknown. */
export function findOperation(api: Api, name: string): Operation | null {
  return BY_API_AND_NAME.get(registryKey(api, name)) ?? null
}

function registryKey(api: Api, name: string): string {
  return `${api.name} ${name}`
}
