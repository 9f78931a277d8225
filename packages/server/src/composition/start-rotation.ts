import { setTimeout } from 'node:timers/promises'
import type { AuditSink } from '../audit/event.ts'
import type { Config } from '../config/config.ts'
import { findKeyTimes } from '../config/key-rules.ts'
import { startInterval } from '../http/interval.ts'
import { createRotation } from '../issuer/keys/rotation.ts'
import type { KeyVisibility } from '../issuer/keys/visibility.ts'
import type { AccountId } from '../principals/identifiers.ts'
import type { KeyCount } from '../store/key-ports.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { createCarrier } from './carry-revocations.ts'
import type { Environment } from './environment.ts'
import { createKeyEvents } from './key-events.ts'
import { meterKeys } from './meter-keys.ts'
import type { OpenData } from './open-data.ts'

/** What rotation in a server works with. */
export interface RotationSetup {
  readonly config: Config
  readonly environment: Environment
  readonly data: OpenData
  readonly logger: Logger
  readonly metrics: Metrics
  readonly audit: Pick<AuditSink, 'write'>
  readonly visibility: KeyVisibility
}

/** Has the signing keys of all accounts go on by themselves. */
export interface RunningRotation {
  /** Takes what is due now. Never rejects. */
  tick(): Promise<void>
  /** Something that keys of an account wait for may have happened. */
  look(accountId: AccountId): void
  stop(): Promise<void>
}

/** How late a step may be. */
const TICK_INTERVAL_MS = 10_000
const COUNT_INTERVAL_MS = 60_000

/** Begins, and takes at once what came due while no server ran. */
export function startRotation(wiring: RotationSetup): RunningRotation {
  const { config, environment, data, logger, metrics, audit } = wiring
  const { clock, overrides = {} } = environment
  const rules = findKeyTimes(config)
  const createEvents = createKeyEvents(config, environment)
  const stopping = new AbortController()
  const { signal } = stopping
  let counts: readonly KeyCount[] = []

  const rotation = createRotation({
    ...data,
    rules,
    clock,
    visibility: wiring.visibility,
    elapsedMs: overrides.elapsedMs ?? (() => performance.now()),
    pause: durationMs => setTimeout(durationMs, undefined, { ref: false, signal }).catch(() => {}),
    report: {
      async changed({ kind }, keys) {
        metrics.counter('credence_key_steps_total', { step: kind, outcome: 'taken' }).value += 1
        for (const event of createEvents(keys, { by: 'rotation' })) {
          logger.info(
            { ...event.serviceEventDetails },
            `${event.eventName} ${event.recipientAccountId}`,
          )
          // When it cannot be written, the audit records a gap later; what is done can't be undone.
          await audit.write(event).catch(() => {})
        }
      },
      failed(slot, found, error) {
        const { kind: step = 'read', generation = null } = found ?? {}
        metrics.counter('credence_key_steps_total', { step, outcome: 'failed' }).value += 1
        logger.error({ ...slot, step, generation, err: error }, 'a signing key cannot go on')
      },
      paused(jumpMs, pauseMs) {
        const fields = { jumpSeconds: jumpMs / 1000, pauseSeconds: pauseMs / 1000 }
        logger.warn(fields, 'the clock was set: no signing key is activated or retired for a while')
      },
    },
  })

  async function count(): Promise<void> {
    counts = await data.store.countIssuerKeys()
  }
  meterKeys(metrics, { rules, clock, isPaused: rotation.isPaused, readCounts: () => counts })

  let isFailing = false
  const carry = createCarrier({
    data,
    rules,
    visibility: wiring.visibility,
    clock,
    logger,
    async record(keys) {
      for (const event of createEvents(keys, { by: 'emergency-revocations' })) {
        await audit.write(event).catch(() => {})
      }
    },
  })
  metrics.readLater('credence_emergency_revocations_waiting', () => [
    { labels: {}, value: carry.countWaiting() },
  ])
  const tick = async (): Promise<void> => {
    await carry.run()
    try {
      await rotation.tick()
      isFailing = false
    } catch (cause) {
      if (!isFailing) logger.error({ err: cause }, 'the store cannot be asked for signing keys')
      isFailing = true
    }
  }
  const look = (): Promise<void> => count().catch(() => {})
  const stop = (): Promise<void> => {
    stopping.abort()
    return rotation.stop()
  }
  if (overrides.rotatesByHand === true) return { tick, look: rotation.look, stop }
  const ends = [startInterval(TICK_INTERVAL_MS, tick), startInterval(COUNT_INTERVAL_MS, look)]
  void tick().then(look)
  return {
    tick,
    look(accountId) {
      rotation.look(accountId)
      void tick()
    },
    async stop() {
      for (const end of ends) end()
      await stop()
    },
  }
}
