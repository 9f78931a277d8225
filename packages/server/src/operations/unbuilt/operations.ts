import type { OperationKey } from './input-members.ts'

/**
 * Operations that the newest service model knows and nobody can call here, with the reason: they are
 * refused as `InvalidAction`, like any other name that is unknown. The tests compare the list with
 * the model and with the registry, so whoever builds an operation takes its name out.
 */
export const UNBUILT_OPERATIONS: readonly {
  readonly reason: string
  /** By API and name: `sts:AssumeRoot`. */
  readonly operations: readonly OperationKey[]
}[] = [
  {
    reason: 'providers of identity speak OpenID Connect here, not SAML',
    operations: [
      'sts:AssumeRoleWithSAML',
      'iam:CreateSAMLProvider',
      'iam:DeleteSAMLProvider',
      'iam:GetSAMLProvider',
      'iam:ListSAMLProviderTags',
      'iam:ListSAMLProviders',
      'iam:TagSAMLProvider',
      'iam:UntagSAMLProvider',
      'iam:UpdateSAMLProvider',
    ],
  },
  {
    reason: 'an organization has no central hold on the roots of its accounts here',
    operations: [
      'sts:AssumeRoot',
      'iam:DisableOrganizationsRootCredentialsManagement',
      'iam:DisableOrganizationsRootSessions',
      'iam:EnableOrganizationsRootCredentialsManagement',
      'iam:EnableOrganizationsRootSessions',
      'iam:ListOrganizationsFeatures',
    ],
  },
  {
    reason: 'temporary delegation to product providers is a service of AWS itself',
    operations: [
      'sts:GetDelegatedAccessToken',
      'iam:AcceptDelegationRequest',
      'iam:AcquireRole',
      'iam:AssociateDelegationRequest',
      'iam:CreateDelegationRequest',
      'iam:GetDelegationRequest',
      'iam:GetHumanReadableSummary',
      'iam:GetRoleTemplateVersion',
      'iam:ListDelegationRequests',
      'iam:RejectDelegationRequest',
      'iam:SendDelegationToken',
      'iam:UpdateDelegationRequest',
    ],
  },
  {
    reason: 'layers of sessions are not built',
    operations: ['sts:GetScopedCredentials'],
  },
  {
    reason: 'there are no instances here that would take a profile',
    operations: [
      'iam:AddRoleToInstanceProfile',
      'iam:CreateInstanceProfile',
      'iam:DeleteInstanceProfile',
      'iam:GetInstanceProfile',
      'iam:ListInstanceProfileTags',
      'iam:ListInstanceProfiles',
      'iam:RemoveRoleFromInstanceProfile',
      'iam:TagInstanceProfile',
      'iam:UntagInstanceProfile',
    ],
  },
  {
    reason: 'nobody signs in to a console here',
    operations: [
      'iam:ChangePassword',
      'iam:CreateLoginProfile',
      'iam:DeleteAccountPasswordPolicy',
      'iam:GetAccountPasswordPolicy',
      'iam:GetLoginProfile',
      'iam:UpdateAccountPasswordPolicy',
      'iam:UpdateLoginProfile',
    ],
  },
  {
    reason: 'an alias is part of the address at which one signs in to a console',
    operations: ['iam:CreateAccountAlias', 'iam:DeleteAccountAlias'],
  },
  {
    reason: 'there are no other services here that would assume such a role',
    operations: [
      'iam:CreateServiceLinkedRole',
      'iam:DeleteServiceLinkedRole',
      'iam:GetServiceLinkedRoleDeletionStatus',
    ],
  },
  {
    reason:
      'users have access keys and no other credentials; certificates belong to other services',
    operations: [
      'iam:CreateServiceSpecificCredential',
      'iam:DeleteSSHPublicKey',
      'iam:DeleteServerCertificate',
      'iam:DeleteServiceSpecificCredential',
      'iam:DeleteSigningCertificate',
      'iam:GetSSHPublicKey',
      'iam:GetServerCertificate',
      'iam:ListServerCertificateTags',
      'iam:ListServerCertificates',
      'iam:ResetServiceSpecificCredential',
      'iam:TagServerCertificate',
      'iam:UntagServerCertificate',
      'iam:UpdateSSHPublicKey',
      'iam:UpdateServerCertificate',
      'iam:UpdateServiceSpecificCredential',
      'iam:UpdateSigningCertificate',
      'iam:UploadSSHPublicKey',
      'iam:UploadServerCertificate',
      'iam:UploadSigningCertificate',
    ],
  },
  {
    reason: 'there is no second factor of users here',
    operations: [
      'iam:CreateVirtualMFADevice',
      'iam:DeactivateMFADevice',
      'iam:DeleteVirtualMFADevice',
      'iam:EnableMFADevice',
      'iam:GetMFADevice',
      'iam:ListMFADeviceTags',
      'iam:ResyncMFADevice',
      'iam:TagMFADevice',
      'iam:UntagMFADevice',
    ],
  },
  {
    reason: 'there is no record of which service was used by whom; other services are not here',
    operations: [
      'iam:GenerateOrganizationsAccessReport',
      'iam:GenerateServiceLastAccessedDetails',
      'iam:GetOrganizationsAccessReport',
      'iam:GetServiceLastAccessedDetails',
      'iam:GetServiceLastAccessedDetailsWithEntities',
      'iam:ListPoliciesGrantingServiceAccess',
    ],
  },
  {
    reason: 'the configuration says what these settings of an account would',
    operations: [
      'iam:GetAccountProperties',
      'iam:PutAccountProperties',
      'iam:SetSecurityTokenServicePreferences',
    ],
  },
  {
    reason: '`credence policy lint` and the simulation tell what a policy asks for',
    operations: ['iam:GetContextKeysForCustomPolicy', 'iam:GetContextKeysForPrincipalPolicy'],
  },
]
