import type { AccessKeyId } from '../principals/identifiers.ts'
import type { IssuerKey, KeyPlace } from './key-ports.ts'

/**
 * The fact that has the id of the master key that was followed last. Nothing more may be sealed under
 * it.
 */
export const FORMER_MASTER_KEY = 'former-master-key'

/** The sealed secret of an access key. */
export interface SealedSecret {
  readonly id: AccessKeyId
  readonly sealedSecret: Uint8Array
}

/** How much in the store needs one master key. */
export interface SealedCount {
  /** Id of the master key, in hexadecimal digits. */
  readonly masterKeyId: string
  readonly accessKeys: number
  readonly privateKeys: number
  readonly bindings: number
}

/**
 * What is sealed under a master key, or bound to one, so that it can be sealed anew. Such values name
 * the master key in their bytes 1 to 8, and nothing but that is read of them here.
 */
export interface SealedStore {
  /** Secrets of access keys under a master key, in the order of their ids, beyond `after`. */
  listSecretsUnder(
    masterKeyId: string,
    after: AccessKeyId | null,
    maxItems: number,
  ): Promise<readonly SealedSecret[]>
  /**
   * Signing keys whose private half is sealed under a master key, or whose row is bound to it, in the
   * order of their places, beyond `after`.
   */
  listIssuerKeysUnder(
    masterKeyId: string,
    after: KeyPlace | null,
    maxItems: number,
  ): Promise<readonly IssuerKey[]>
  /** Counts everything under each master key. Reads all of it. */
  countSealed(): Promise<readonly SealedCount[]>
  /** Compare-and-swap. @returns whether the secret was still sealed as in `former` */
  swapSealedSecret(former: SealedSecret, sealedSecret: Uint8Array): Promise<boolean>
  /**
   * Compare-and-swap of a key's sealed private half and binding. A key that goes on with its life gets
   * another binding. @returns whether both were still those of `former`
   */
  swapIssuerKeySeals(
    former: IssuerKey,
    seals: Pick<IssuerKey, 'handle' | 'binding'>,
  ): Promise<boolean>
}
