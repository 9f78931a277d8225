import type { Records } from '../ports.ts'
import { createAccessKeyStore } from './access-keys.ts'
import { createAccountAliasStore } from './account-aliases.ts'
import { createAccountReportStore } from './account-reports.ts'
import { createAccountStore } from './accounts.ts'
import { createAttachmentStore } from './attachments.ts'
import { createControlPolicyStore } from './control-policies.ts'
import { createGroupStore } from './groups.ts'
import { createInlinePolicyStore } from './inline-policies.ts'
import { createInstanceProfileStore } from './instance-profiles.ts'
import { createIssuerKeyStore } from './issuer-keys.ts'
import { createIssuerStore } from './issuers.ts'
import { createJobStore } from './jobs.ts'
import { createManagedPolicyStore } from './managed-policies.ts'
import { createMetaStore } from './meta.ts'
import { createOidcProviderStore } from './oidc-providers.ts'
import { createPrincipalStore } from './principals.ts'
import { createPublicationStore } from './publications.ts'
import { createRoleStore } from './roles.ts'
import { createSealedStore } from './sealed.ts'
import { createUserStore } from './users.ts'
import type { StoreAccess } from './write.ts'

/** The records of an SQL database: alone, or as one turn sees them. */
export function createRecords(access: StoreAccess): Records {
  return {
    ...createAccountStore(access),
    ...createAccountAliasStore(access),
    ...createUserStore(access),
    ...createGroupStore(access),
    ...createRoleStore(access),
    ...createInstanceProfileStore(access),
    ...createPrincipalStore(access),
    ...createInlinePolicyStore(access),
    ...createAttachmentStore(access),
    ...createManagedPolicyStore(access),
    ...createOidcProviderStore(access),
    ...createControlPolicyStore(access),
    ...createAccessKeyStore(access),
    ...createAccountReportStore(access),
    ...createJobStore(access),
    ...createIssuerStore(access),
    ...createIssuerKeyStore(access),
    ...createPublicationStore(access),
    ...createMetaStore(access),
    ...createSealedStore(access),
  }
}
