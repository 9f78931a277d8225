import { isLocalHostname } from '../../../runtime/loopback.ts'
import type { AccessToken } from '../access-token.ts'
import type { CallLimits } from '../limit-call.ts'
import { TargetError } from '../target.ts'
import type { TargetDeps } from '../target-kind.ts'

/** The fields of a file of credentials. */
export type CredentialFields = Readonly<Record<string, unknown>>

/** What makes an access token out of a file of credentials. */
export type TokenMaker = (
  file: { readonly path: string; readonly fields: CredentialFields },
  deps: Pick<TargetDeps, 'readFile' | 'clock'>,
  limits: CallLimits,
) => Promise<AccessToken>

/** What the tokens are good for: reading and writing objects, and nothing else of Google's. */
export const SCOPE = 'https://www.googleapis.com/auth/devstorage.read_write'

/** A field that must be a text. @throws TargetError */
export function requireText(path: string, fields: CredentialFields, name: string): string {
  const value = fields[name]
  if (typeof value === 'string' && value !== '') return value
  throw new TargetError('refused', `${path} has no \`${name}\``)
}

/** A field that must be a URL to which credentials may be sent. @throws TargetError */
export function requireUrl(path: string, fields: CredentialFields, name: string): URL {
  const url = URL.parse(requireText(path, fields, name))
  if (url !== null && (url.protocol === 'https:' || isLocalHostname(url.hostname))) {
    return url
  }
  throw new TargetError('refused', `${path} has a \`${name}\` that is no URL with https://`)
}
