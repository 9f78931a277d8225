import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'

/** The version of Credence, from its `package.json`. */
export function readVersion(): string {
  const path = findPackageJSON(import.meta.url)
  const manifest: unknown = path === undefined ? null : JSON.parse(readFileSync(path, 'utf8'))
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
    return String(manifest.version)
  }
  throw new Error('package.json names no version')
}
