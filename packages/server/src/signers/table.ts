import { CRYPTO_MB } from './crypto-mb/open-crypto-mb.ts'
import { NETTLE } from './nettle/open-nettle.ts'
import { NODE } from './node/node-signer.ts'
import type { SignerKind } from './signer-kind.ts'

/**
 * What tokens may be signed by, the fastest first. Each algorithm is signed by the first that can; the
 * last one takes every key, also those that the others refuse.
 */
export const SIGNERS: readonly SignerKind[] = [CRYPTO_MB, NETTLE, NODE]
