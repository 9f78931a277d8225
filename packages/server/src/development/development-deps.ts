import type { Issuer } from '../issuer/issuer.ts'
import type { KeyNaming } from '../issuer/key-id.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Binder } from '../secrets/binder.ts'
import type { MasterKey } from '../secrets/master-key.ts'
import type { Sealer } from '../secrets/sealer.ts'
import type { Store } from '../store/ports.ts'

/** What the pages of `credence dev` need of the running server. */
export interface DevelopmentDeps {
  readonly store: Store
  readonly sealer: Sealer
  readonly binder: Binder
  readonly masterKey: MasterKey
  readonly issuer: Issuer
  readonly keyNaming: KeyNaming
  readonly clock: Clock
}
