import { readFile } from 'node:fs/promises'
import type { Config } from '../config/config.ts'
import { JWKS_PATH } from '../issuer/discovery.ts'
import type { IssuerUrls } from '../issuer/issuer-url.ts'
import type { Clock } from '../runtime/clock.ts'
import { createWebIdentityVerifier } from '../web-identity/create-web-identity-verifier.ts'
import { createHttpsFetch } from '../web-identity/https-fetch.ts'
import { WEB_IDENTITY_LIMITS } from '../web-identity/limits.ts'
import { SYSTEM_RESOLVERS } from '../web-identity/resolve-host.ts'
import type { WebIdentityVerifier } from '../web-identity/web-identity.ts'
import type { OpenData } from './open-data.ts'

/** Makes the verifier of other issuers' tokens. Rejects when `webIdentity.caFile` can't be read. */
export async function openWebIdentity(
  { webIdentity }: Config,
  { issuerUrls }: OpenData,
  clock: Clock,
): Promise<WebIdentityVerifier> {
  const { caFile, listedOrigins } = webIdentity
  return createWebIdentityVerifier({
    clock,
    fetchDocument: createHttpsFetch({
      listedOrigins,
      resolvers: SYSTEM_RESOLVERS,
      certificateAuthorities: caFile === null ? null : await readFile(caFile, 'utf8'),
    }),
    isOwnIssuer: issuerUrl => isOwnIssuer(issuerUrls, issuerUrl),
    limits: WEB_IDENTITY_LIMITS,
  })
}

/** Whether an issuer URL has the form of those that this installation issues under. */
function isOwnIssuer(issuerUrls: IssuerUrls, issuerUrl: string): boolean {
  const url = URL.parse(issuerUrl)
  if (url === null) return false
  const path = url.pathname === '/' ? '' : url.pathname
  const address = issuerUrls.findDocumentAddress(url.host, `${path}${JWKS_PATH}`)
  return address !== null && issuerUrls.formatIssuerUrl(address.issuerId) === issuerUrl
}
