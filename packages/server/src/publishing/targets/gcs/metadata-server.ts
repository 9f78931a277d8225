import { type AccessToken, requestAccessToken } from '../access-token.ts'
import type { CallLimits } from '../limit-call.ts'
import { TargetError } from '../target.ts'
import type { TargetDeps } from '../target-kind.ts'

const DEFAULT_HOST = 'metadata.google.internal'
const PATH = '/computeMetadata/v1/instance/service-accounts/default/token'

/** A token of the service account of this machine or pod, by Google's metadata server. @throws TargetError */
export async function askMetadataServer(
  { env, clock }: Pick<TargetDeps, 'env' | 'clock'>,
  limits: CallLimits,
): Promise<AccessToken> {
  const host = env['GCE_METADATA_HOST'] || DEFAULT_HOST
  const url = URL.parse(`http://${host}${PATH}`)
  if (url === null) throw new TargetError('refused', 'GCE_METADATA_HOST is no host')
  const headers = { 'metadata-flavor': 'Google' }
  const advice = 'this machine may have no service account'
  return requestAccessToken(
    { url, method: 'GET', headers, advice },
    { limits, nowMs: clock.nowMs() },
  ).catch((error: unknown) => {
    if (!(error instanceof TargetError)) throw error
    const { reason, message } = error
    const text = `no Google credentials: neither \`credentialsFile\` nor GOOGLE_APPLICATION_CREDENTIALS is set, and ${message}`
    throw new TargetError(reason, text, { cause: error })
  })
}
