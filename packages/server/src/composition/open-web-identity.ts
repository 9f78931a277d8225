import { readFile } from 'node:fs/promises'
import { findIssuerOwner } from '../changes/issuer-owner.ts'
import type { Config } from '../config/config.ts'
import { FREE_BODY_BYTES } from '../http/admission.ts'
import { SampledWarning } from '../http/sampled-warning.ts'
import type { Clock } from '../runtime/clock.ts'
import type { MemoryBudget } from '../runtime/memory-budget.ts'
import type { Logger } from '../telemetry/logger.ts'
import { createWebIdentityVerifier } from '../web-identity/create-web-identity-verifier.ts'
import { createHttpsFetch } from '../web-identity/https-fetch.ts'
import { type FetchDocument, KeySourceError } from '../web-identity/issuer-documents.ts'
import { WEB_IDENTITY_LIMITS } from '../web-identity/limits.ts'
import { createHostResolvers } from '../web-identity/resolve-host.ts'
import type { WebIdentityVerifier } from '../web-identity/web-identity.ts'
import type { OpenData } from './open-data.ts'

/** Makes the verifier of other issuers' tokens. Rejects when `webIdentity.caFile` can't be read. */
export async function openWebIdentity(
  config: Pick<Config, 'webIdentity' | 'limits'>,
  { issuer, store, trustRules }: OpenData,
  { clock, logger, memory }: { clock: Clock; logger: Logger; memory: MemoryBudget },
): Promise<WebIdentityVerifier> {
  const { caFile, listedOrigins, maxWaiting, maxWaitingPerProvider } = config.webIdentity
  const warning = new SampledWarning(logger, clock)
  return createWebIdentityVerifier({
    clock,
    fetchDocument: warnOfUnusable(
      createHttpsFetch({
        listedOrigins,
        resolvers: createHostResolvers(),
        certificateAuthorities: caFile === null ? null : await readFile(caFile, 'utf8'),
      }),
      new SampledWarning(logger, clock),
    ),
    async findOwnIssuer(issuerUrl) {
      const issuerId = trustRules.findOwnIssuerId(issuerUrl)
      if (issuerId === null) return null
      const documents = await issuer.findDocuments(issuerId)
      const owner = await findIssuerOwner(store, issuerId)
      return { partition: owner?.partition ?? null, jwks: documents?.jwks ?? '{"keys":[]}' }
    },
    limits: {
      ...WEB_IDENTITY_LIMITS,
      ...{ maxWaiting, maxWaitingPerProvider },
      // The head, and parameters as long as they may be.
      bytesPerCall: config.limits.maxHeadBytes + FREE_BODY_BYTES,
    },
    memory,
    onRefused: ({ arn }) =>
      warning.note(refused => [
        { refused, provider: arn },
        'too many calls wait for identity providers: calls are refused',
      ]),
  })
}

/**
 * Fetches, and logs why a document cannot be used: an untrusted certificate, or an address that is
 * not listed, is for the operator to mend. A server that does not answer is not.
 */
function warnOfUnusable(fetchDocument: FetchDocument, warning: SampledWarning): FetchDocument {
  return async (url, issuer, signal) => {
    try {
      return await fetchDocument(url, issuer, signal)
    } catch (error) {
      if (error instanceof KeySourceError && error.reason === 'unusable') {
        warning.note(failed => [
          { failed, issuer, err: error },
          'a document of an identity provider cannot be used: its tokens are refused',
        ])
      }
      throw error
    }
  }
}
