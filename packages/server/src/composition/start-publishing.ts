import type { AuditSink } from '../audit/event.ts'
import type { Config } from '../config/config.ts'
import { startInterval } from '../http/interval.ts'
import type { KeyVisibility } from '../issuer/keys/visibility.ts'
import type { AccountId } from '../principals/identifiers.ts'
import type { PublishTarget } from '../publishing/publish-target.ts'
import { createPublisher } from '../publishing/publisher.ts'
import { TargetError } from '../publishing/targets/target.ts'
import { ANY_TOPIC } from '../store/topics.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { Environment } from './environment.ts'
import { createKeyEvents } from './key-events.ts'
import { meterPublishing } from './meter-publishing.ts'
import type { OpenData } from './open-data.ts'
import { openPublishing } from './open-publishing.ts'
import { TakeOverError, takeOverTarget } from './take-over-target.ts'

/** What publishing in a server works with. */
export interface PublishingSetup {
  readonly config: Config
  readonly environment: Environment
  readonly data: OpenData
  readonly logger: Logger
  readonly metrics: Metrics
  readonly audit: Pick<AuditSink, 'write'>
}

/** Publishes the documents of all issuers at the targets that the configuration names. */
export interface RunningPublishing {
  readonly visibility: KeyVisibility
  /** The topics of what has changed in the store. */
  note(topics: readonly string[]): void
  /** Anything may have changed. */
  noteAll(): void
  /** Publishes what waits. Never rejects. */
  tick(): Promise<void>
  /** Publishes from now on by itself. `onVisible` is told of accounts whose documents were just seen. */
  start(onVisible: (accountId: AccountId) => void): void
  stop(): Promise<void>
}

const TICK_INTERVAL_MS = 250

/**
 * Opens the targets and looks whether this store is the one that has published there last, before
 * anything is signed. A target that does not answer now is asked later.
 *
 * @throws TakeOverError when another store has published at a target, and the keys there can't be read
 */
export async function preparePublishing(setup: PublishingSetup): Promise<RunningPublishing> {
  const { config, environment, data, logger, metrics, audit } = setup
  const { clock, overrides = {} } = environment
  const stopping = new AbortController()
  const { targets, deps, visibility } = openPublishing(config, data, environment, stopping.signal)
  const createEvents = createKeyEvents(config, environment)
  const begun = new Set<PublishTarget>()
  let onVisible: (accountId: AccountId) => void = () => {}

  async function begin(publishTarget: PublishTarget): Promise<void> {
    if (begun.has(publishTarget)) return
    await takeOverTarget(
      {
        data,
        clock,
        warn: (target, text) => logger.warn({ target }, text),
        async reportWithdrawn(target, keys) {
          for (const event of createEvents(keys, { by: 'take-over', target })) {
            logger.warn(
              { ...event.serviceEventDetails },
              `${event.eventName} ${event.recipientAccountId}`,
            )
            await audit.write(event).catch(() => {})
          }
        },
      },
      publishTarget,
    )
    begun.add(publishTarget)
  }

  const publisher = createPublisher(targets, {
    ...deps,
    begin,
    elapsedMs: overrides.elapsedMs ?? (() => performance.now()),
    report: {
      written(target, count) {
        metrics.counter('credence_publish_writes_total', { target }).value += count
      },
      visible: (_target, accountId) => onVisible(accountId),
      failed(target, accountId, failure) {
        metrics.counter('credence_publish_failures_total', { target }).value += 1
        logger.error({ target, accountId, failure }, 'the documents of issuers cannot be published')
      },
      recovered: target => logger.info({ target }, 'the target works again'),
    },
  })
  meterPublishing(metrics, { publisher, clock })
  await Promise.all(targets.map(each => beginAtStart(begin, each, logger)))
  let end: () => void = () => {}

  return {
    visibility,
    note: publisher.note,
    noteAll: () => publisher.note([ANY_TOPIC]),
    tick: publisher.tick,
    start(listener) {
      onVisible = listener
      if (targets.length === 0 || overrides.rotatesByHand === true) return
      end = startInterval(TICK_INTERVAL_MS, publisher.tick)
    },
    async stop() {
      end()
      stopping.abort()
      await publisher.stop()
    },
  }
}

async function beginAtStart(
  begin: (target: PublishTarget) => Promise<void>,
  publishTarget: PublishTarget,
  logger: Logger,
): Promise<void> {
  const { name: target } = publishTarget.target
  try {
    await begin(publishTarget)
  } catch (cause) {
    if (!(cause instanceof TargetError) || cause instanceof TakeOverError) throw cause
    logger.error({ target, failure: cause.message }, 'the target cannot be read at the start')
  }
}
