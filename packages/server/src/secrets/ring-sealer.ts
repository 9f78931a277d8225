import type { RandomSource } from '../runtime/random.ts'
import { createAesGcmSealer, findSealingKeyId } from './aes-gcm-sealer.ts'
import { type Binder, createBinder, findBindingKeyId } from './binder.ts'
import type { MasterKey } from './master-key.ts'
import type { MasterKeyring } from './master-keyring.ts'
import type { SealContext, Sealer } from './sealer.ts'

/** What opens in the hands of callers: it is not in the store, so nobody can seal it anew. */
const ISSUED: SealContext['purpose'] = 'authorization-message'

/** A {@link Sealer} that seals under the current master key, and opens what the keyring has keys for. */
export function createRingSealer(keyring: MasterKeyring, random: RandomSource): Sealer {
  const sealerOf = perKey(masterKey => createAesGcmSealer(masterKey, random))
  return {
    seal: (context, plaintext) => sealerOf(keyring.current).seal(context, plaintext),
    unseal(context, sealed) {
      const id = findSealingKeyId(sealed)
      const masterKey =
        context.purpose === ISSUED
          ? keyring.listForIssued().find(key => key.id === id)
          : keyring.findForStored(id)
      // The current one says what is wrong with a value that none of them opens.
      return sealerOf(masterKey ?? keyring.current).unseal(context, sealed)
    },
  }
}

/** A {@link Binder} that binds to the current master key, and knows the proofs of those for the store. */
export function createRingBinder(keyring: MasterKeyring): Binder {
  const binderOf = perKey(createBinder)
  return {
    bind: (context, content) => binderOf(keyring.current).bind(context, content),
    isBound(context, content, proof) {
      const masterKey = keyring.findForStored(findBindingKeyId(proof))
      return masterKey !== null && binderOf(masterKey).isBound(context, content, proof)
    },
  }
}

/** Makes what belongs to a master key once, and drops it with the key. */
function perKey<Made>(make: (masterKey: MasterKey) => Made): (masterKey: MasterKey) => Made {
  const made = new WeakMap<MasterKey, Made>()
  return masterKey => {
    const known = made.get(masterKey)
    if (known !== undefined) return known
    const fresh = make(masterKey)
    made.set(masterKey, fresh)
    return fresh
  }
}
