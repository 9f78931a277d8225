import { z } from 'zod'
import { findServiceUrlFault, prefix, text } from '../cloud-settings.ts'

/** The settings of a target of kind `azure`. */
export const AZURE_SETTINGS = z.strictObject({
  account: z
    .string()
    .regex(/^[a-z0-9]{3,24}$/, 'must be the name of a storage account')
    .describe('The storage account.'),
  container: z
    .string()
    .regex(/^(?:\$web|\$root|[a-z0-9](?:-?[a-z0-9]){2,62})$/, 'must be the name of a container')
    .describe('The container; `$web` is that of a static website.'),
  prefix: prefix.describe('What stands before the paths of documents in the container.'),
  tenantId: text.optional().describe('Tenant of Entra. Unless set: `AZURE_TENANT_ID`.'),
  clientId: text
    .optional()
    .describe('Application or managed identity to be. Unless set: `AZURE_CLIENT_ID`.'),
  clientAssertionFile: text
    .optional()
    .describe(
      'File of a token of an issuer that a federated credential of it trusts. Unless set: `AZURE_FEDERATED_TOKEN_FILE`.',
    ),
  authorityHost: text
    .optional()
    .describe(
      'URL at which Entra gives tokens. Unless set: `AZURE_AUTHORITY_HOST`, else https://login.microsoftonline.com.',
    ),
  sasTokenFile: text.optional().describe('File of a shared access signature, instead of Entra.'),
  accountKeyFile: text
    .optional()
    .describe(
      'File of a key of the account, instead of Entra. Whoever has it may do anything there.',
    ),
  endpoint: text
    .optional()
    .describe('URL of the blob service. Unless set: https://ACCOUNT.blob.core.windows.net.'),
  caFile: text
    .optional()
    .describe('Certificates in PEM that are trusted for `endpoint`, not the public authorities.'),
})

/** Settings that have been checked. */
export type AzureSettings = z.output<typeof AZURE_SETTINGS>

/** What no request could be made with, in words that follow the name of the target. */
export function findAzureFault(settings: AzureSettings): string | null {
  const { endpoint, authorityHost, sasTokenFile, accountKeyFile } = settings
  const urlFault =
    findServiceUrlFault('endpoint', endpoint, { canHavePath: true }) ??
    findServiceUrlFault('authorityHost', authorityHost, { canHavePath: false })
  if (urlFault !== null) return urlFault
  const { tenantId, clientId, clientAssertionFile } = settings
  const isOfEntra = [tenantId, clientId, clientAssertionFile, authorityHost].some(
    each => each !== undefined,
  )
  const ways = [sasTokenFile !== undefined, accountKeyFile !== undefined, isOfEntra]
  if (ways.filter(Boolean).length > 1) {
    return 'takes one of `sasTokenFile`, `accountKeyFile` and the settings of Entra'
  }
  return null
}

/** Where a blob is written and read. */
export function locateBlob({ account, container, endpoint }: AzureSettings, name: string): URL {
  return new URL(`${endpoint ?? `https://${account}.blob.core.windows.net`}/${container}/${name}`)
}
