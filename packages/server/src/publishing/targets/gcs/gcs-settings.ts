import { z } from 'zod'
import { findServiceUrlFault, prefix, text } from '../cloud-settings.ts'

/** The settings of a target of kind `gcs`. */
export const GCS_SETTINGS = z.strictObject({
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, 'must be the name of a bucket')
    .describe('The bucket.'),
  prefix: prefix.describe('What stands before the paths of documents in the bucket.'),
  credentialsFile: text
    .optional()
    .describe(
      'Credentials in JSON: of workload identity federation, a service account or a person (`gcloud auth application-default login`). Without it the file of `GOOGLE_APPLICATION_CREDENTIALS`, else the metadata server of the machine.',
    ),
  endpoint: text.optional().describe('URL of the JSON API, where it is not that of Google.'),
  caFile: text
    .optional()
    .describe('Certificates in PEM that are trusted for `endpoint`, not the public authorities.'),
})

/** Settings that have been checked. */
export type GcsSettings = z.output<typeof GCS_SETTINGS>

/** What no request could be made with, in words that follow the name of the target. */
export function findGcsFault({ endpoint }: GcsSettings): string | null {
  return findServiceUrlFault('endpoint', endpoint, { canHavePath: false })
}
