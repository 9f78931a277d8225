import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { brotliDecompressSync } from 'node:zlib'

/**
 * A policy as the file has it: name, path, version in force, when it was made and when that version was
 * (seconds since the Unix epoch), and the version's JSON.
 */
export type PublishedPolicy = readonly [
  name: string,
  path: string,
  versionId: string,
  createdAt: number,
  updatedAt: number,
  document: string,
]

let catalogue: ReadonlyMap<string, PublishedPolicy> | null = null

/**
 * Every policy that AWS publishes, by name, in the order of names without regard to case. The first call
 * reads and unpacks the file; whoever never asks for one of AWS's policies never pays for them.
 */
export function readCatalogue(): ReadonlyMap<string, PublishedPolicy> {
  catalogue ??= new Map(loadPolicies().map(policy => [policy[0], policy]))
  return catalogue
}

function loadPolicies(): readonly PublishedPolicy[] {
  // The manifest says where the file is, in the sources and in the package.
  const path = createRequire(import.meta.url).resolve('#aws-managed-policies')
  const json: unknown = JSON.parse(brotliDecompressSync(readFileSync(path)).toString('utf8'))
  if (Array.isArray(json) && json.every(isPublishedPolicy)) return json
  throw new TypeError(`${path} holds something else than policies`)
}

function isPublishedPolicy(row: unknown): row is PublishedPolicy {
  if (!Array.isArray(row)) return false
  const [name, path, versionId, createdAt, updatedAt, document] = row
  const isText = [name, path, versionId, document].every(value => typeof value === 'string')
  return isText && typeof createdAt === 'number' && typeof updatedAt === 'number'
}
