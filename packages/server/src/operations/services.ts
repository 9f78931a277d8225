import type { Directory } from '../directory/directory.ts'
import type { Issuer } from '../issuer/issuer.ts'
import type { RandomSource } from '../runtime/random.ts'
import type { Sealer } from '../secrets/sealer.ts'
import type { SessionCredentials } from '../sessions/session-credentials.ts'
import type { LastUseStore } from '../store/iam-ports.ts'
import type { Store, StoreReader } from '../store/ports.ts'
import type { TrustRules } from '../trust/check-trust-policy.ts'
import type { WebIdentityVerifier } from '../web-identity/web-identity.ts'

/** What operations work with; built once in `composition.ts`. */
export interface Services {
  readonly issuer: Issuer
  /** For reading, and for the turns in which changes are made. */
  readonly store: StoreReader &
    Pick<Store, 'inTurn'> &
    Pick<LastUseStore, 'findAccessKeyUse' | 'findRoleUse'>
  readonly directory: Directory
  readonly sealer: Sealer
  readonly random: RandomSource
  readonly sessions: SessionCredentials
  readonly webIdentity: WebIdentityVerifier
  readonly trustRules: TrustRules
  /** ARNs of the principals that may say where a workload runs (`ProvidedContexts`). */
  readonly computeContextBrokers: ReadonlySet<string>
}
