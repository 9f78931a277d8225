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
      'iam:TagSAMLProvider',
      'iam:UntagSAMLProvider',
      'iam:UpdateSAMLProvider',
    ],
  },
  {
    reason: 'an organization does not manage the roots of its accounts here',
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
    reason: 'nobody signs in to a console here',
    operations: [
      'iam:ChangePassword',
      'iam:CreateLoginProfile',
      'iam:UpdateAccountPasswordPolicy',
      'iam:UpdateLoginProfile',
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
    reason: 'users have no second factor here',
    operations: [
      'iam:CreateVirtualMFADevice',
      'iam:DeactivateMFADevice',
      'iam:DeleteVirtualMFADevice',
      'iam:EnableMFADevice',
      'iam:ResyncMFADevice',
      'iam:TagMFADevice',
      'iam:UntagMFADevice',
    ],
  },
  {
    reason: 'there are no access reports of organizations here',
    operations: ['iam:GenerateOrganizationsAccessReport', 'iam:GetOrganizationsAccessReport'],
  },
  {
    reason: 'the configuration says what these settings of an account would',
    operations: [
      'iam:GetAccountProperties',
      'iam:PutAccountProperties',
      'iam:SetSecurityTokenServicePreferences',
    ],
  },
]
