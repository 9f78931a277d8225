const NO_SIGN_IN = 'nobody signs in to a console here'
const NO_CENTER = 'there is no IAM Identity Center here'
const ALWAYS_EMPTY = 'the list is always empty'
const ALWAYS_REFUSED = 'there is never such a thing to show'
const NO_RECORD = 'which actions were used is not on record'

/**
 * Members of answers that the newest service model knows and no answer here has, each with its
 * reason: by API, by the model's name of the structure that has it, and by its name in there; `*`
 * stands for every member. All are optional in the model, or part of a list that is always empty.
 */
export const UNBUILT_OUTPUT_MEMBERS: readonly (readonly [
  structure: `${'sts' | 'iam'}:${string}`,
  member: string,
  reason: string,
])[] = [
  ['iam:GetOpenIDConnectProviderResponse', 'IdentityCenterInstanceArn', NO_CENTER],
  ['iam:GetOpenIDConnectProviderResponse', 'IdentityStoreArn', NO_CENTER],
  ['iam:GetAccountPasswordPolicyResponse', '*', ALWAYS_REFUSED],
  ['iam:GetLoginProfileResponse', '*', ALWAYS_REFUSED],
  ['iam:GetMFADeviceResponse', '*', ALWAYS_REFUSED],
  ['iam:GetSAMLProviderResponse', '*', ALWAYS_REFUSED],
  ['iam:GetSSHPublicKeyResponse', '*', ALWAYS_REFUSED],
  ['iam:GetServerCertificateResponse', '*', ALWAYS_REFUSED],
  ['iam:GetServiceLastAccessedDetailsResponse', 'Error', 'no job fails'],
  ['iam:GetServiceLastAccessedDetailsWithEntitiesResponse', 'Error', 'no job fails'],
  ['iam:GetServiceLinkedRoleDeletionStatusResponse', 'Reason', 'no deletion fails'],
  ['iam:ListMFADeviceTagsResponse', '*', ALWAYS_REFUSED],
  ['iam:ListMFADevicesResponse', 'MFADevices', ALWAYS_EMPTY],
  ['iam:ListSAMLProviderTagsResponse', '*', ALWAYS_REFUSED],
  ['iam:ListSAMLProvidersResponse', 'SAMLProviderList', ALWAYS_EMPTY],
  ['iam:ListServerCertificateTagsResponse', '*', ALWAYS_REFUSED],
  ['iam:ListServerCertificatesResponse', 'ServerCertificateMetadataList', ALWAYS_EMPTY],
  ['iam:ListSSHPublicKeysResponse', 'SSHPublicKeys', ALWAYS_EMPTY],
  ['iam:ListServiceSpecificCredentialsResponse', 'ServiceSpecificCredentials', ALWAYS_EMPTY],
  ['iam:ListSigningCertificatesResponse', 'Certificates', ALWAYS_EMPTY],
  ['iam:ListVirtualMFADevicesResponse', 'VirtualMFADevices', ALWAYS_EMPTY],
  ['iam:ManagedPolicyDetail', 'Description', "AWS's published example leaves it out (UNVERIFIED)"],
  ['iam:ResourceSpecificResult', 'EvalDecisionDetails', 'no policies of another account take part'],
  ['iam:Role', 'MaxSigninSessionDuration', NO_SIGN_IN],
  ['iam:Role', 'SourceRoleTemplate', 'there are no templates of roles here'],
  ['iam:ServiceLastAccessed', 'TrackedActionsLastAccessed', NO_RECORD],
  ['iam:User', 'PasswordLastUsed', NO_SIGN_IN],
]
