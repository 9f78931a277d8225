import { compileWildcard, matchWildcard } from '../match-wildcard.ts'

/** Every action of STS, with those that have no operation of their own. */
const STS = `
  AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity AssumeRoot DecodeAuthorizationMessage
  GetAccessKeyInfo GetCallerIdentity GetDelegatedAccessToken GetFederationToken
  GetScopedCredentials GetServiceBearerToken GetSessionToken GetWebIdentityToken SetContext
  SetSourceIdentity SetWebIdentityTokenScope TagGetWebIdentityToken TagSession
`

/** Every action of IAM. */
const IAM = `
  AcceptDelegationRequest AcquireRole AddClientIDToOpenIDConnectProvider
  AddRoleToInstanceProfile AddUserToGroup AssociateDelegationRequest AttachGroupPolicy
  AttachRolePolicy AttachUserPolicy ChangePassword CreateAccessKey CreateAccountAlias
  CreateDelegationRequest CreateGroup CreateInstanceProfile CreateLoginProfile
  CreateOpenIDConnectProvider CreatePolicy CreatePolicyVersion CreateRole CreateSAMLProvider
  CreateServiceLinkedRole CreateServiceSpecificCredential CreateUser CreateVirtualMFADevice
  DeactivateMFADevice DeleteAccessKey DeleteAccountAlias DeleteAccountPasswordPolicy
  DeleteCloudFrontPublicKey DeleteGroup DeleteGroupPolicy DeleteInstanceProfile
  DeleteLoginProfile DeleteOpenIDConnectProvider DeletePolicy DeletePolicyVersion DeleteRole
  DeleteRolePermissionsBoundary DeleteRolePolicy DeleteSAMLProvider DeleteSSHPublicKey
  DeleteServerCertificate DeleteServiceLinkedRole DeleteServiceSpecificCredential
  DeleteSigningCertificate DeleteUser DeleteUserPermissionsBoundary DeleteUserPolicy
  DeleteVirtualMFADevice DetachGroupPolicy DetachRolePolicy DetachUserPolicy
  DisableOrganizationsRootCredentialsManagement DisableOrganizationsRootSessions
  DisableOutboundWebIdentityFederation EnableMFADevice
  EnableOrganizationsRootCredentialsManagement EnableOrganizationsRootSessions
  EnableOutboundWebIdentityFederation GenerateCredentialReport
  GenerateOrganizationsAccessReport GenerateServiceLastAccessedDetails GetAccessKeyLastUsed
  GetAccountAuthorizationDetails GetAccountEmailAddress GetAccountName GetAccountPasswordPolicy
  GetAccountProperties GetAccountSummary GetCloudFrontPublicKey GetContextKeysForCustomPolicy
  GetContextKeysForPrincipalPolicy GetCredentialReport GetDelegationRequest GetGroup
  GetGroupPolicy GetHumanReadableSummary GetInstanceProfile GetLoginProfile GetMFADevice
  GetOpenIDConnectProvider GetOrganizationsAccessReport GetOutboundWebIdentityFederationInfo
  GetPolicy GetPolicyVersion GetRole GetRolePolicy GetRoleTemplateVersion GetSAMLProvider
  GetSSHPublicKey GetServerCertificate GetServiceLastAccessedDetails
  GetServiceLastAccessedDetailsWithEntities GetServiceLinkedRoleDeletionStatus GetUser
  GetUserPolicy ListAccessKeys ListAccountAliases ListAttachedGroupPolicies
  ListAttachedRolePolicies ListAttachedUserPolicies ListCloudFrontPublicKeys
  ListDelegationRequests ListEntitiesForPolicy ListGroupPolicies ListGroups ListGroupsForUser
  ListInstanceProfileTags ListInstanceProfiles ListInstanceProfilesForRole ListMFADeviceTags
  ListMFADevices ListOpenIDConnectProviderTags ListOpenIDConnectProviders
  ListOrganizationsFeatures ListPolicies ListPoliciesGrantingServiceAccess ListPolicyTags
  ListPolicyVersions ListRolePolicies ListRoleTags ListRoles ListSAMLProviderTags
  ListSAMLProviders ListSSHPublicKeys ListSTSRegionalEndpointsStatus ListServerCertificateTags
  ListServerCertificates ListServiceSpecificCredentials ListSigningCertificates
  ListUserPolicies ListUserTags ListUsers ListVirtualMFADevices PassRole PutAccountProperties
  PutGroupPolicy PutRolePermissionsBoundary PutRolePolicy PutUserPermissionsBoundary
  PutUserPolicy RejectDelegationRequest RemoveClientIDFromOpenIDConnectProvider
  RemoveRoleFromInstanceProfile RemoveUserFromGroup ResetServiceSpecificCredential
  ResyncMFADevice SendDelegationToken SetDefaultPolicyVersion SetSTSRegionalEndpointStatus
  SetSecurityTokenServicePreferences SimulateCustomPolicy SimulatePrincipalPolicy
  TagInstanceProfile TagMFADevice TagOpenIDConnectProvider TagPolicy TagRole TagSAMLProvider
  TagServerCertificate TagUser UntagInstanceProfile UntagMFADevice UntagOpenIDConnectProvider
  UntagPolicy UntagRole UntagSAMLProvider UntagServerCertificate UntagUser UpdateAccessKey
  UpdateAccountEmailAddress UpdateAccountName UpdateAccountPasswordPolicy
  UpdateAssumeRolePolicy UpdateCloudFrontPublicKey UpdateDelegationRequest UpdateGroup
  UpdateLoginProfile UpdateOpenIDConnectProvider UpdateOpenIDConnectProviderThumbprint
  UpdateRole UpdateRoleDescription UpdateSAMLProvider UpdateSSHPublicKey
  UpdateServerCertificate UpdateServiceSpecificCredential UpdateSigningCertificate UpdateUser
  UploadCloudFrontPublicKey UploadSSHPublicKey UploadServerCertificate UploadSigningCertificate
`

/**
 * Every action that policies can name of the two services, whether it is built here or not (AWS service
 * authorization reference; botocore's models for what is newer). A test compares it with both.
 */
export const KNOWN_ACTIONS: readonly string[] = [
  ...listActions('sts', STS),
  ...listActions('iam', IAM),
]

function listActions(service: string, names: string): readonly string[] {
  return names
    .trim()
    .split(/\s+/)
    .map(name => `${service}:${name}`)
}

const LOWERED = KNOWN_ACTIONS.map(name => name.toLowerCase())

/** The known actions that a value of `Action` means, with wildcards and in any case. */
export function listMeantActions(text: string): readonly string[] {
  const pattern = compileWildcard([{ text: text.toLowerCase(), literal: false }])
  return KNOWN_ACTIONS.filter((_name, index) => matchWildcard(pattern, LOWERED[index] ?? ''))
}
