import type { RandomSource } from '../runtime/random.ts'
import { createAesGcmSealer } from './aes-gcm-sealer.ts'
import { type Binder, createBinder } from './binder.ts'
import type { MasterKey } from './master-key.ts'
import type { Sealer } from './sealer.ts'

/** One master key, and what is done with it: unlike a keyring's, these never turn to another key. */
export interface KeyTools {
  readonly masterKey: MasterKey
  readonly sealer: Sealer
  readonly binder: Binder
}

/** Makes what seals and binds with one master key. */
export function createKeyTools(masterKey: MasterKey, random: RandomSource): KeyTools {
  return {
    masterKey,
    sealer: createAesGcmSealer(masterKey, random),
    binder: createBinder(masterKey),
  }
}
