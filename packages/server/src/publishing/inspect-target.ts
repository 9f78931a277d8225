import { DISCOVERY_PATH, JWKS_PATH } from '../issuer/discovery.ts'
import type { AccountId } from '../principals/identifiers.ts'
import type { PublishTarget, ReadIssuer } from './publish-target.ts'
import { findHeaderProblem, readPublic } from './read-public.ts'
import { readStampedDocument } from './stamp.ts'

/** What one look at a document at the public URL of a target has found. */
export interface PublicFinding {
  readonly what: string
  /** Null when verifiers get there what the store has. */
  readonly problem: string | null
}

/** Looks at the documents of an account at the public URL of a target, as verifiers do. */
export async function inspectTarget(
  { target, formatPublicUrl, issuerName }: PublishTarget,
  accountId: AccountId,
  deps: {
    readonly readIssuer: ReadIssuer
    readonly maxAgeSeconds: number
    readonly stopping: AbortSignal
  },
): Promise<readonly PublicFinding[]> {
  const issuer = await deps.readIssuer(accountId, issuerName)
  if (issuer === null) return []
  const base = formatPublicUrl(issuer.issuerId)
  const documents = [
    [DISCOVERY_PATH, issuer.discovery],
    [JWKS_PATH, issuer.jwks],
  ] as const
  return Promise.all(
    documents.map(async ([path, expected]) => {
      const url = `${base}${path}`
      const found = await readPublic(url, deps.stopping)
      const what = `${target.name}: ${url}`
      if (found.bytes === null) return { what, problem: found.problem }
      const { json } = readStampedDocument(found.bytes)
      const problem =
        json === expected
          ? findHeaderProblem(url, found.headers, deps.maxAgeSeconds)
          : `the document there is ${json === null ? 'none that Credence has written' : 'another one than the store has'}`
      return { what, problem }
    }),
  )
}
