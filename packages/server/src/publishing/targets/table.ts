import { AZURE } from './azure-target.ts'
import { DIRECTORY } from './directory-target.ts'
import { GCS } from './gcs-target.ts'
import { HTTP } from './http-target.ts'
import { S3 } from './s3-target.ts'
import type { TargetKind } from './target-kind.ts'

/**
 * Where keys can be published. A further kind is one file beside this one and one line here. A test then
 * asks for its section in docs/publishing.md and for its run of the conformance suite.
 */
export const TARGET_KINDS: readonly TargetKind[] = [DIRECTORY, HTTP, S3, GCS, AZURE]
