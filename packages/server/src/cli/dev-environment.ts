import type { DevIdentity } from './dev-seed.ts'
import { writePrivateFile } from './private-files.ts'

/** Where a developer's installation keeps the settings of clients, as `export` lines. */
export const DEV_ENVIRONMENT_FILE = '.credence/dev.env'

/** The region that clients of a developer's installation sign for; any other works as well. */
export const DEV_REGION = 'us-east-1'

/** The variables with which an unmodified AWS SDK finds and trusts this installation. */
export function listDevEnvironment(
  endpoint: string,
  { credentials, issuerUrl }: DevIdentity,
): Readonly<Record<string, string>> {
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey.reveal(),
    AWS_REGION: DEV_REGION,
    // boto3 and the AWS CLI read this one alone.
    AWS_DEFAULT_REGION: DEV_REGION,
    AWS_ENDPOINT_URL_STS: endpoint,
    AWS_ENDPOINT_URL_IAM: endpoint,
    CREDENCE_ISSUER: issuerUrl,
  }
}

/** Writes them for `. .credence/dev.env`, readable by their owner alone. @throws CliError `data` */
export function writeDevEnvironment(variables: Readonly<Record<string, string>>): void {
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`)
  writePrivateFile(DEV_ENVIRONMENT_FILE, lines.join(''))
}
