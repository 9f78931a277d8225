import { type AccessToken, parseObject } from '../access-token.ts'
import type { CallLimits } from '../limit-call.ts'
import { readCredentialFile } from '../read-credential-file.ts'
import { TargetError } from '../target.ts'
import type { TargetDeps } from '../target-kind.ts'
import { exchangeExternalToken } from './external-account.ts'
import type { GcsSettings } from './gcs-settings.ts'
import { askMetadataServer } from './metadata-server.ts'
import { refreshPersonalToken } from './personal-credentials.ts'
import { signForServiceAccount } from './service-account.ts'
import type { TokenMaker } from './token-maker.ts'

/** By the `type` of a file, as Google's tools write it. */
const MAKERS: ReadonlyMap<unknown, TokenMaker> = new Map([
  ['service_account', signForServiceAccount],
  ['external_account', exchangeExternalToken],
  ['authorized_user', refreshPersonalToken],
])

/** An access token by the credentials that the settings or the environment name. @throws TargetError */
export async function loadGcsToken(
  settings: GcsSettings,
  deps: Pick<TargetDeps, 'readFile' | 'clock' | 'env'>,
  limits: CallLimits,
): Promise<AccessToken> {
  const path = settings.credentialsFile ?? deps.env['GOOGLE_APPLICATION_CREDENTIALS']
  if (!path) return askMetadataServer(deps, limits)
  const fields = parseObject(readCredentialFile(path, deps))
  if (fields === null) throw new TargetError('refused', `${path} is no JSON object`)
  const make = MAKERS.get(fields['type'])
  if (make === undefined) {
    const types = [...MAKERS.keys()].join(', ')
    throw new TargetError('refused', `${path} has a \`type\` that is none of ${types}`)
  }
  return make({ path, fields }, deps, limits)
}
