import { createPrivateKey } from 'node:crypto'
import {
  createTokenKey,
  type JsonObject,
  type TokenAlgorithm,
  type TokenKey,
  type TokenOrigin,
} from '@credence/test-tokens'
import type { TokenRequest } from '../issuer/issuer.ts'
import { formatKeyId } from '../issuer/key-id.ts'
import { createKeyRing } from '../issuer/keys/key-ring.ts'
import { formatKeyRecordId } from '../issuer/keys/record-id.ts'
import type { Account } from '../principals/entities.ts'
import type { DevelopmentDeps } from './development-deps.ts'
import type { FormerKeys } from './former-keys.ts'

/** The good token that bad ones are made from. */
export type OriginRequest = Pick<
  TokenRequest,
  'account' | 'principalArn' | 'principalTags' | 'requestTags' | 'sourceRegion'
> & { readonly audience: string }

/** How long the good token lives, in seconds: as long as AWS's when nobody says. */
const DURATION_SECONDS = 300

/**
 * What bad tokens of an account are made from: its signing keys, opened, and the claims of a good
 * token, which the issuer itself makes. For servers of development alone: the keys leave the
 * signer.
 *
 * @throws ServiceError `OutboundWebIdentityFederationDisabledException`; SealError for keys that
 *   are not sealed in the store
 */
export async function loadTokenOrigin(
  deps: DevelopmentDeps,
  formerKeys: FormerKeys,
  { audience, ...request }: OriginRequest,
): Promise<TokenOrigin> {
  const nowMs = deps.clock.nowMs()
  const { token } = await deps.issuer.issueToken({
    ...request,
    subject: request.principalArn,
    subjectMode: 'AWSIdentity',
    scope: null,
    audiences: [audience],
    algorithm: 'ES384',
    durationSeconds: DURATION_SECONDS,
    nowMs,
  })
  return {
    keys: {
      RS256: await loadSigningKey(deps, request.account, 'RS256'),
      ES384: await loadSigningKey(deps, request.account, 'ES384'),
    },
    retiredKey: formerKeys.retired,
    revokedKey: formerKeys.revoked,
    claims: readClaims(token),
    nowSeconds: Math.floor(nowMs / 1000),
  }
}

/** The key that the account signs with, opened. */
async function loadSigningKey(
  { store, sealer, binder, keyNaming }: DevelopmentDeps,
  { id }: Account,
  algorithm: TokenAlgorithm,
): Promise<TokenKey> {
  const stored = createKeyRing(await store.listIssuerKeys(id), binder).findActive(algorithm)
  if (stored === undefined) throw new Error(`account ${id} has no active key for ${algorithm}`)
  const context = { purpose: 'issuer-private-key', recordId: formatKeyRecordId(stored) } as const
  const der = Buffer.from(sealer.unseal(context, stored.handle))
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0)
  return createTokenKey(formatKeyId(keyNaming, stored), algorithm, privateKey)
}

function readClaims(token: string): JsonObject {
  const [, payload = ''] = token.split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
}
