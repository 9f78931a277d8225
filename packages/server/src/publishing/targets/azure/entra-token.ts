import { type AccessToken, createForm, requestAccessToken } from '../access-token.ts'
import { findServiceUrlFault } from '../cloud-settings.ts'
import type { CallLimits } from '../limit-call.ts'
import { readCredentialFile } from '../read-credential-file.ts'
import { TargetError } from '../target.ts'
import type { TargetDeps } from '../target-kind.ts'
import type { AzureSettings } from './azure-settings.ts'

const ENTRA = 'https://login.microsoftonline.com'

/** The storage of all accounts: Entra has one audience for it. */
const SCOPE = 'https://storage.azure.com/.default'

/**
 * A token of Entra for one of another issuer (RFC 7523 §2.2; Microsoft: workload identity federation).
 * The file of that token is read anew each time. @throws TargetError
 */
export async function loadEntraToken(
  settings: AzureSettings,
  deps: Pick<TargetDeps, 'readFile' | 'clock' | 'env'>,
  limits: CallLimits,
): Promise<AccessToken> {
  const { env } = deps
  const find = (setting: 'tenantId' | 'clientId' | 'clientAssertionFile', name: string): string => {
    const value = settings[setting] ?? env[name]
    if (value) return value
    throw new TargetError(
      'refused',
      `no Azure credentials: neither \`${setting}\` nor ${name} is set, and neither \`sasTokenFile\` nor \`accountKeyFile\``,
    )
  }
  const tenantId = find('tenantId', 'AZURE_TENANT_ID')
  const clientId = find('clientId', 'AZURE_CLIENT_ID')
  const file = find('clientAssertionFile', 'AZURE_FEDERATED_TOKEN_FILE')
  // In pods the variable ends with a slash.
  const host = settings.authorityHost ?? (env['AZURE_AUTHORITY_HOST'] || ENTRA).replace(/\/$/, '')
  const fault = findServiceUrlFault('AZURE_AUTHORITY_HOST', host, { canHavePath: false })
  if (fault !== null) throw new TargetError('refused', `the target ${fault}`)
  const form = createForm(
    new URL(`${host}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`),
    {
      grant_type: 'client_credentials',
      client_id: clientId,
      scope: SCOPE,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: readCredentialFile(file, deps),
    },
    'a federated credential must name issuer, subject and audience of the token, and Entra must be able to read the keys',
  )
  return requestAccessToken(form, { limits, nowMs: deps.clock.nowMs() })
}
