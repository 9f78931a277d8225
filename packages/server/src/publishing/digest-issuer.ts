import { createHash } from 'node:crypto'
import type { Publication } from '../store/publication-ports.ts'
import type { PublishedIssuer } from './publish-target.ts'

/**
 * Stands for the documents of an issuer and for the URL at which they are seen: what was seen at another
 * one, before the configuration changed, says nothing.
 */
export function digestIssuer({ discovery, jwks }: PublishedIssuer, publicUrl: string): string {
  return `${digest(publicUrl)}.${digest(`${jwks}\n${discovery}`)}`
}

/** Whether a publication tells what was seen at this URL. */
export function isSeenAt(publication: Publication, publicUrl: string): boolean {
  return publication.digest?.startsWith(`${digest(publicUrl)}.`) === true
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
