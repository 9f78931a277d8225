import type { AuditSink } from '../audit/event.ts'
import type { DevelopmentDeps } from '../development/development-deps.ts'
import type { DevelopmentPages } from '../http/development-pages.ts'
import type { FindDocuments } from '../http/exchange.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import type { GeneratePrivateKey } from '../signers/local-signer.ts'
import type { Store } from '../store/ports.ts'
import type { Logger } from '../telemetry/logger.ts'

/**
 * What a server in a test, or for development, has in the place of what the configuration names. No
 * setting leads here: `credence serve` cannot be told to use any of it.
 */
export interface Overrides {
  readonly logger?: Logger
  readonly audit?: AuditSink
  /** Makes the private keys of new issuers. */
  readonly generatePrivateKey?: GeneratePrivateKey
  /** Stands between the store and everything that uses it. */
  readonly aroundStore?: (store: Store) => Store
  /** Stands between the listener and the pipeline. */
  readonly aroundPipeline?: (pipeline: Pipeline) => Pipeline
  /** Stands between the listener and the issuer's documents. */
  readonly aroundDocuments?: (find: FindDocuments) => FindDocuments
  /** Signing keys go on when `RunningServer.rotateKeys` is called, and at no other time. */
  readonly rotatesByHand?: boolean
  /** The time that has really passed, in ms, where the clock is moved on purpose. */
  readonly elapsedMs?: () => number
  /** Pages for programs on this machine. @throws when the server listens beyond it */
  readonly createDevelopmentPages?: (deps: DevelopmentDeps) => DevelopmentPages
}
