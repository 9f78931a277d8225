import { z } from 'zod'
import { formatAwsUrl } from '../../../credentials/aws-credentials.ts'
import { isLocalHostname } from '../../../runtime/loopback.ts'
import { findServiceUrlFault, prefix, text } from '../cloud-settings.ts'

/** The settings of a target of kind `s3`. */
export const S3_SETTINGS = z.strictObject({
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')
    .describe('The bucket.'),
  region: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be the name of a region')
    .describe('Its region; with a clone, whatever that one expects in signatures.'),
  prefix: prefix.describe('What stands before the paths of documents in the bucket.'),
  endpoint: text
    .optional()
    .describe('URL of a clone of S3, or of an endpoint in your network. Without it AWS.'),
  addressing: z
    .enum(['path', 'host'])
    .optional()
    .describe(
      'Whether the bucket stands in the path or in the host name. Unless set: `path` with `endpoint` and with dots in the name of the bucket, else `host`.',
    ),
  profile: text.optional().describe("Profile of AWS's shared files that has the credentials."),
  roleArn: text.optional().describe('Role to assume with the token of `webIdentityTokenFile`.'),
  webIdentityTokenFile: text
    .optional()
    .describe('File of a token of an OIDC provider that the role trusts.'),
  stsEndpoint: text
    .optional()
    .describe(
      "URL of the STS at which roles are assumed. Without it AWS's of the region; for a profile, what AWS's clients would take.",
    ),
  encryption: z
    .enum(['AES256', 'aws:kms', 'aws:kms:dsse'])
    .optional()
    .describe('Encryption at rest to ask for. Without it what the bucket does.'),
  kmsKeyId: text.optional().describe('Key for `aws:kms`. Without it the key of the account.'),
  checksum: z
    .boolean()
    .default(true)
    .describe('Send a SHA-256 of each document. `false` for clones that refuse it.'),
  caFile: text
    .optional()
    .describe('Certificates in PEM that are trusted for `endpoint`, not the public authorities.'),
})

/** Settings that have been checked. */
export type S3Settings = z.output<typeof S3_SETTINGS>

/** What no request could be made with, in words that follow the name of the target. */
export function findS3Fault(settings: S3Settings): string | null {
  const { bucket, endpoint, addressing, profile, roleArn, webIdentityTokenFile } = settings
  const urlFault =
    findServiceUrlFault('endpoint', endpoint, { canHavePath: false }) ??
    findServiceUrlFault('stsEndpoint', settings.stsEndpoint, { canHavePath: true })
  if (urlFault !== null) return urlFault
  if (addressing === 'host' && bucket.includes('.') && !isPlainHttp(endpoint)) {
    return 'needs `addressing: path`: no certificate fits a host with the dots of this bucket'
  }
  if ((roleArn === undefined) !== (webIdentityTokenFile === undefined)) {
    return 'needs `roleArn` and `webIdentityTokenFile` together'
  }
  if (profile !== undefined && roleArn !== undefined) return 'takes one of `profile` and `roleArn`'
  if (settings.kmsKeyId !== undefined && !settings.encryption?.startsWith('aws:kms')) {
    return 'takes `kmsKeyId` only with `encryption: aws:kms`'
  }
  return null
}

/** Where an object is written and read. */
export function locateS3Object(settings: S3Settings, key: string): URL {
  const { bucket, region, endpoint } = settings
  const base = new URL(endpoint ?? formatAwsUrl('s3', region))
  const isInPath =
    settings.addressing === undefined
      ? endpoint !== undefined || bucket.includes('.')
      : settings.addressing === 'path'
  if (isInPath) return new URL(`/${bucket}/${key}`, base)
  base.hostname = `${bucket}.${base.hostname}`
  return new URL(`/${key}`, base)
}

function isPlainHttp(endpoint: string | undefined): boolean {
  return endpoint !== undefined && isLocalHostname(new URL(endpoint).hostname)
}
