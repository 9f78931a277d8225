import {
  type CredentialSource,
  createProfileSource,
  createWebIdentitySource,
  findCredentialSource,
  type LoadedCredentials,
} from '../../../credentials/aws-credentials.ts'
import { AwsCredentialsError } from '../../../credentials/aws-credentials-error.ts'
import { redact } from '../../../runtime/redaction.ts'
import { TargetError } from '../target.ts'
import type { TargetDeps } from '../target-kind.ts'
import type { S3Settings } from './s3-settings.ts'

const SESSION_NAME = 'credence-publishing'

/**
 * The credentials that the settings name, else those that the environment of the server names. Files are
 * read anew. @throws TargetError
 */
export async function loadS3Credentials(
  settings: S3Settings,
  { env }: Pick<TargetDeps, 'env'>,
): Promise<LoadedCredentials> {
  try {
    return await chooseSource(settings, env).load()
  } catch (error) {
    if (!(error instanceof AwsCredentialsError)) throw error
    const { reason, message } = error
    const text =
      reason === 'missing'
        ? `no AWS credentials: neither \`profile\` nor \`roleArn\` is set, and ${message}`
        : redact(message.replace(/\.$/, ''))
    throw new TargetError(reason === 'unreachable' ? reason : 'refused', text, { cause: error })
  }
}

function chooseSource(settings: S3Settings, env: TargetDeps['env']): CredentialSource {
  const { region, profile, roleArn, webIdentityTokenFile, stsEndpoint = null } = settings
  const sts = { region, endpoint: stsEndpoint }
  const options = { env, sts, sessionName: SESSION_NAME }
  if (profile !== undefined) return createProfileSource(profile, options)
  if (roleArn !== undefined && webIdentityTokenFile !== undefined) {
    return createWebIdentitySource(webIdentityTokenFile, roleArn, options)
  }
  return findCredentialSource(options)
}
