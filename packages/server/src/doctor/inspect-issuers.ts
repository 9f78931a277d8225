import type { FederationInfo, Issuer } from '../issuer/issuer.ts'
import type { IssuerName } from '../issuer/issuer-names.ts'
import type { Account } from '../principals/entities.ts'
import { readStampedDocument } from '../publishing/stamp.ts'
import { loadDocument } from './load-document.ts'

/** What one look from outside has found. */
export interface Finding {
  /** What was looked at: a URL. */
  readonly what: string
  /** What differs from what verifiers need; null when all is well. */
  readonly problem: string | null
}

/** Issuers, and the names under which they are looked at. */
export interface Inspected {
  readonly issuer: Pick<Issuer, 'findFederation' | 'findDocuments'>
  /** Names that are served. */
  readonly names: readonly IssuerName[]
  /** Has the issuer of an account be read from the store anew. */
  readonly forget: (account: Account) => void
}

/**
 * Fetches the documents of accounts through their public URLs, as verifiers do, and compares them
 * with what this installation publishes. An issuer that can't be reached, or that another
 * installation answers for, signs tokens that nobody can verify. `signal` ends the looking early.
 */
export async function inspectIssuers(
  inspected: Inspected,
  accounts: Iterable<Account>,
  signal: AbortSignal | null = null,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const account of accounts) {
    const federation = await inspected.issuer.findFederation(account)
    if (federation === null) continue
    for (const name of inspected.names) {
      findings.push(...(await inspectFederation(inspected, account, federation, name, signal)))
    }
  }
  return findings
}

/** A key may be made between the two looks, so what differs is looked at once more. */
async function inspectFederation(
  { issuer, forget }: Inspected,
  account: Account,
  federation: FederationInfo,
  name: IssuerName,
  signal: AbortSignal | null,
): Promise<readonly Finding[]> {
  const findings = await inspectDocuments(issuer, federation, name, signal)
  if (findings.every(({ problem }) => problem === null)) return findings
  forget(account)
  return inspectDocuments(issuer, federation, name, signal)
}

async function inspectDocuments(
  issuer: Pick<Issuer, 'findDocuments'>,
  { issuerId }: FederationInfo,
  name: IssuerName,
  signal: AbortSignal | null,
): Promise<readonly Finding[]> {
  const issuerUrl = name.formatIssuerUrl(issuerId)
  const expected = await issuer.findDocuments(issuerId, name.text)
  if (expected === null) throw new Error(`the issuer ${issuerUrl} has no documents`)
  return Promise.all([
    inspectDocument(`${issuerUrl}/.well-known/openid-configuration`, expected.discovery, signal),
    inspectDocument(`${issuerUrl}/.well-known/jwks.json`, expected.jwks, signal),
  ])
}

async function inspectDocument(
  url: string,
  expected: string,
  signal: AbortSignal | null,
): Promise<Finding> {
  const loaded = await loadDocument(url, signal)
  if (loaded.text === null) return { what: url, problem: loaded.problem }
  // Where the issuer's URL leads to a target, the document has a stamp.
  const text = readStampedDocument(Buffer.from(loaded.text)).json ?? loaded.text
  return { what: url, problem: text === expected ? null : formatDifference(text, expected) }
}

/** Names the first member that differs, since that is what has to be mended. */
function formatDifference(found: string, expected: string): string {
  const foundMembers = parseObject(found)
  if (foundMembers === null) return 'the answer is no JSON object, so another program answers there'
  for (const [name, value] of Object.entries(parseObject(expected) ?? {})) {
    const other = JSON.stringify(foundMembers[name])
    const own = JSON.stringify(value)
    if (other !== own) {
      return `"${name}" is ${shorten(other ?? 'missing')} there, and ${shorten(own)} here`
    }
  }
  return 'the document has members that this installation does not publish'
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}
