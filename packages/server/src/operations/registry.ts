import type { Api } from './apis.ts'
import { addClientIdToOpenIdConnectProvider } from './iam/add-client-id-to-open-id-connect-provider.ts'
import { addUserToGroup } from './iam/add-user-to-group.ts'
import { attachGroupPolicy, attachRolePolicy, attachUserPolicy } from './iam/attach-policy.ts'
import { createAccessKey } from './iam/create-access-key.ts'
import { createGroup } from './iam/create-group.ts'
import { createOpenIdConnectProvider } from './iam/create-open-id-connect-provider.ts'
import { createPolicy } from './iam/create-policy.ts'
import { createPolicyVersion } from './iam/create-policy-version.ts'
import { createRole } from './iam/create-role.ts'
import { createUser } from './iam/create-user.ts'
import { deleteAccessKey } from './iam/delete-access-key.ts'
import { deleteGroup } from './iam/delete-group.ts'
import {
  deleteGroupPolicy,
  deleteRolePolicy,
  deleteUserPolicy,
} from './iam/delete-inline-policy.ts'
import { deleteLoginProfile } from './iam/delete-login-profile.ts'
import { deleteOpenIdConnectProvider } from './iam/delete-open-id-connect-provider.ts'
import { deletePolicy } from './iam/delete-policy.ts'
import { deletePolicyVersion } from './iam/delete-policy-version.ts'
import { deleteRole } from './iam/delete-role.ts'
import { deleteRolePermissionsBoundary } from './iam/delete-role-permissions-boundary.ts'
import { deleteUser } from './iam/delete-user.ts'
import { deleteUserPermissionsBoundary } from './iam/delete-user-permissions-boundary.ts'
import { detachGroupPolicy, detachRolePolicy, detachUserPolicy } from './iam/detach-policy.ts'
import { disableOutboundWebIdentityFederation } from './iam/disable-outbound-web-identity-federation.ts'
import { enableOutboundWebIdentityFederation } from './iam/enable-outbound-web-identity-federation.ts'
import { generateCredentialReport } from './iam/generate-credential-report.ts'
import { getAccessKeyLastUsed } from './iam/get-access-key-last-used.ts'
import { getAccountAuthorizationDetails } from './iam/get-account-authorization-details.ts'
import { getAccountSummary } from './iam/get-account-summary.ts'
import { getCredentialReport } from './iam/get-credential-report.ts'
import { getGroup } from './iam/get-group.ts'
import { getGroupPolicy, getRolePolicy, getUserPolicy } from './iam/get-inline-policy.ts'
import { getOpenIdConnectProvider } from './iam/get-open-id-connect-provider.ts'
import { getOutboundWebIdentityFederationInfo } from './iam/get-outbound-web-identity-federation-info.ts'
import { getPolicy } from './iam/get-policy.ts'
import { getPolicyVersion } from './iam/get-policy-version.ts'
import { getRole } from './iam/get-role.ts'
import { getUser } from './iam/get-user.ts'
import { listAccessKeys } from './iam/list-access-keys.ts'
import { listAccountAliases } from './iam/list-account-aliases.ts'
import {
  listAttachedGroupPolicies,
  listAttachedRolePolicies,
  listAttachedUserPolicies,
} from './iam/list-attached-policies.ts'
import { listEntitiesForPolicy } from './iam/list-entities-for-policy.ts'
import { listGroups } from './iam/list-groups.ts'
import { listGroupsForUser } from './iam/list-groups-for-user.ts'
import {
  listGroupPolicies,
  listRolePolicies,
  listUserPolicies,
} from './iam/list-inline-policies.ts'
import { listInstanceProfilesForRole } from './iam/list-instance-profiles-for-role.ts'
import { listMFADevices } from './iam/list-mfa-devices.ts'
import { listOpenIdConnectProviderTags } from './iam/list-open-id-connect-provider-tags.ts'
import { listOpenIdConnectProviders } from './iam/list-open-id-connect-providers.ts'
import { listPolicies } from './iam/list-policies.ts'
import { listPolicyTags } from './iam/list-policy-tags.ts'
import { listPolicyVersions } from './iam/list-policy-versions.ts'
import { listRoleTags } from './iam/list-role-tags.ts'
import { listRoles } from './iam/list-roles.ts'
import { listServiceSpecificCredentials } from './iam/list-service-specific-credentials.ts'
import { listSigningCertificates } from './iam/list-signing-certificates.ts'
import { listSSHPublicKeys } from './iam/list-ssh-public-keys.ts'
import { listUserTags } from './iam/list-user-tags.ts'
import { listUsers } from './iam/list-users.ts'
import { listVirtualMFADevices } from './iam/list-virtual-mfa-devices.ts'
import { putGroupPolicy, putRolePolicy, putUserPolicy } from './iam/put-inline-policy.ts'
import { putRolePermissionsBoundary } from './iam/put-role-permissions-boundary.ts'
import { putUserPermissionsBoundary } from './iam/put-user-permissions-boundary.ts'
import { removeClientIdFromOpenIdConnectProvider } from './iam/remove-client-id-from-open-id-connect-provider.ts'
import { removeUserFromGroup } from './iam/remove-user-from-group.ts'
import { setDefaultPolicyVersion } from './iam/set-default-policy-version.ts'
import { simulateCustomPolicy } from './iam/simulate-custom-policy.ts'
import { simulatePrincipalPolicy } from './iam/simulate-principal-policy.ts'
import { tagOpenIdConnectProvider } from './iam/tag-open-id-connect-provider.ts'
import { tagPolicy } from './iam/tag-policy.ts'
import { tagRole } from './iam/tag-role.ts'
import { tagUser } from './iam/tag-user.ts'
import { untagOpenIdConnectProvider } from './iam/untag-open-id-connect-provider.ts'
import { untagPolicy } from './iam/untag-policy.ts'
import { untagRole } from './iam/untag-role.ts'
import { untagUser } from './iam/untag-user.ts'
import { updateAccessKey } from './iam/update-access-key.ts'
import { updateAssumeRolePolicy } from './iam/update-assume-role-policy.ts'
import { updateGroup } from './iam/update-group.ts'
import { updateOpenIdConnectProviderThumbprint } from './iam/update-open-id-connect-provider-thumbprint.ts'
import { updateRole } from './iam/update-role.ts'
import { updateRoleDescription } from './iam/update-role-description.ts'
import { updateUser } from './iam/update-user.ts'
import type { Operation } from './operation.ts'
import { assumeRole } from './sts/assume-role.ts'
import { assumeRoleWithWebIdentity } from './sts/assume-role-with-web-identity.ts'
import { decodeAuthorizationMessage } from './sts/decode-authorization-message.ts'
import { getAccessKeyInfo } from './sts/get-access-key-info.ts'
import { getCallerIdentity } from './sts/get-caller-identity.ts'
import { getFederationToken } from './sts/get-federation-token.ts'
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
  getSessionToken,
  getWebIdentityToken,
  addClientIdToOpenIdConnectProvider,
  addUserToGroup,
  attachGroupPolicy,
  attachRolePolicy,
  attachUserPolicy,
  createAccessKey,
  createGroup,
  createOpenIdConnectProvider,
  createPolicy,
  createPolicyVersion,
  createRole,
  createUser,
  deleteAccessKey,
  deleteGroup,
  deleteGroupPolicy,
  deleteLoginProfile,
  deleteOpenIdConnectProvider,
  deletePolicy,
  deletePolicyVersion,
  deleteRole,
  deleteRolePermissionsBoundary,
  deleteRolePolicy,
  deleteUser,
  deleteUserPermissionsBoundary,
  deleteUserPolicy,
  detachGroupPolicy,
  detachRolePolicy,
  detachUserPolicy,
  disableOutboundWebIdentityFederation,
  enableOutboundWebIdentityFederation,
  generateCredentialReport,
  getAccessKeyLastUsed,
  getAccountAuthorizationDetails,
  getAccountSummary,
  getCredentialReport,
  getGroup,
  getGroupPolicy,
  getOpenIdConnectProvider,
  getOutboundWebIdentityFederationInfo,
  getPolicy,
  getPolicyVersion,
  getRole,
  getRolePolicy,
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
  listInstanceProfilesForRole,
  listMFADevices,
  listOpenIdConnectProviderTags,
  listOpenIdConnectProviders,
  listPolicies,
  listPolicyTags,
  listPolicyVersions,
  listRolePolicies,
  listRoleTags,
  listRoles,
  listSSHPublicKeys,
  listServiceSpecificCredentials,
  listSigningCertificates,
  listUserPolicies,
  listUserTags,
  listUsers,
  listVirtualMFADevices,
  putGroupPolicy,
  putRolePermissionsBoundary,
  putRolePolicy,
  putUserPermissionsBoundary,
  putUserPolicy,
  removeClientIdFromOpenIdConnectProvider,
  removeUserFromGroup,
  setDefaultPolicyVersion,
  simulateCustomPolicy,
  simulatePrincipalPolicy,
  tagOpenIdConnectProvider,
  tagPolicy,
  tagRole,
  tagUser,
  untagOpenIdConnectProvider,
  untagPolicy,
  untagRole,
  untagUser,
  updateAccessKey,
  updateAssumeRolePolicy,
  updateGroup,
  updateOpenIdConnectProviderThumbprint,
  updateRole,
  updateRoleDescription,
  updateUser,
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
