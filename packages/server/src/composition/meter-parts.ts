import type { AuditSink } from '../audit/event.ts'
import { UnavailableError } from '../errors.ts'
import type { FindDocuments } from '../http/exchange.ts'
import type { HttpServer } from '../http/http-server.ts'
import {
  forEachSigningAlgorithm,
  SIGNING_ALGORITHM_NAMES,
  type SigningAlgorithm,
} from '../principals/algorithms.ts'
import type { CacheStatistics, CacheStatisticsByName } from '../runtime/cache-statistics.ts'
import type { Signer, SigningKey } from '../signers/signer.ts'
import type { Metrics, Reading } from '../telemetry/metrics.ts'
import type { WebIdentityVerifier } from '../web-identity/web-identity.ts'
import type { SigningStatus } from './open-signers.ts'

/** Notes the age in ms that knowledge of a shared database had reached when it was confirmed once more. */
export function meterStaleness(metrics: Metrics): (ageMs: number) => void {
  const staleness = metrics.histogram('credence_store_staleness_seconds', {})
  return ageMs => staleness.observe(ageMs / 1000)
}

/** The signer with its signatures counted and timed. `name` is what the metrics call it. */
export function meterSigner(signer: Signer, name: string, metrics: Metrics): Signer {
  let pending = 0
  metrics.readLater('credence_signatures_pending', () => [{ labels: {}, value: pending }])
  metrics.readLater('credence_signer_info', () => [{ labels: { signer: name }, value: 1 }])
  const instruments = forEachSigningAlgorithm(toMetrics)

  function toMetrics(algorithm: SigningAlgorithm) {
    return {
      signed: metrics.counter('credence_tokens_signed_total', { algorithm }),
      failed: metrics.counter('credence_signatures_failed_total', { algorithm }),
      duration: metrics.histogram('credence_signature_duration_seconds', { algorithm }),
    }
  }

  function meterKey(key: SigningKey): SigningKey {
    const { signed, failed, duration } = instruments[key.algorithm]
    return {
      algorithm: key.algorithm,
      async sign(signingInput) {
        pending += 1
        const startedAtSeconds = metrics.nowSeconds()
        try {
          const signature = await key.sign(signingInput)
          signed.value += 1
          duration.observe(metrics.nowSeconds() - startedAtSeconds)
          return signature
        } catch (error) {
          failed.value += 1
          throw error
        } finally {
          pending -= 1
        }
      },
      close: () => key.close(),
    }
  }

  return {
    generateKey: (algorithm, recordId) => signer.generateKey(algorithm, recordId),
    findPublicJwk: (...key) => signer.findPublicJwk(...key),
    openKey: async (...key) => meterKey(await signer.openKey(...key)),
  }
}

/** The issuers' documents, with the requests counted that the store fails. */
export function meterDocuments(find: FindDocuments, metrics: Metrics): FindDocuments {
  const unavailable = metrics.counter('credence_documents_unavailable_total', {})
  return async address => {
    try {
      return await find(address)
    } catch (error) {
      if (error instanceof UnavailableError) unavailable.value += 1
      throw error
    }
  }
}

/** What the lanes of the multi-buffer signer do; nothing where there are none. */
export function meterLanes(readStatus: () => SigningStatus, metrics: Metrics): void {
  const read =
    (field: 'passes' | 'signatures' | 'signedAlone' | 'badResults') =>
    (): Reading<LaneMetric>[] => {
      const { counts } = readStatus()
      if (counts === null) return []
      return SIGNING_ALGORITHM_NAMES.map(algorithm => ({
        labels: { algorithm },
        value: counts[algorithm][field],
      }))
    }
  metrics.readLater('credence_lane_passes_total', read('passes'))
  metrics.readLater('credence_lane_signatures_total', read('signatures'))
  metrics.readLater('credence_lane_fallbacks_total', read('signedAlone'))
  metrics.readLater('credence_lane_bad_results_total', read('badResults'))
}

type LaneMetric =
  | 'credence_lane_passes_total'
  | 'credence_lane_signatures_total'
  | 'credence_lane_fallbacks_total'
  | 'credence_lane_bad_results_total'

/** The sink with its events counted and timed. */
export function meterAudit(sink: AuditSink, metrics: Metrics): AuditSink {
  let pending = 0
  metrics.readLater('credence_audit_events_pending', () => [{ labels: {}, value: pending }])
  const written = metrics.counter('credence_audit_events_total', { outcome: 'written' })
  const failed = metrics.counter('credence_audit_events_total', { outcome: 'failed' })
  const duration = metrics.histogram('credence_audit_write_duration_seconds', {})
  return {
    async write(event) {
      pending += 1
      const startedAtSeconds = metrics.nowSeconds()
      try {
        await sink.write(event)
        written.value += 1
        duration.observe(metrics.nowSeconds() - startedAtSeconds)
      } catch (error) {
        failed.value += 1
        throw error
      } finally {
        pending -= 1
      }
    },
    close: () => sink.close(),
  }
}

/** What the HTTP server holds when somebody asks, and who waits for identity providers. */
export function meterHttp(
  http: Pick<HttpServer, 'readLoad'>,
  webIdentity: Pick<WebIdentityVerifier, 'countWaiting' | 'countRefused'>,
  metrics: Metrics,
): void {
  metrics.readLater('credence_requests_in_flight', () => [
    { labels: {}, value: http.readLoad().inFlight },
  ])
  metrics.readLater('credence_requests_in_flight_limit', () => [
    { labels: {}, value: http.readLoad().inFlightLimit },
  ])
  metrics.readLater('credence_requests_refused_early_total', () => [
    { labels: { reason: 'load' }, value: http.readLoad().refusedForLoad },
    { labels: { reason: 'memory' }, value: http.readLoad().refusedForMemory },
    { labels: { reason: 'waiting' }, value: webIdentity.countRefused() },
  ])
  metrics.readLater('credence_requests_waiting', () => [
    { labels: {}, value: webIdentity.countWaiting() },
  ])
  metrics.readLater('credence_connections', () => [
    { labels: {}, value: http.readLoad().connections },
  ])
}

/** Caches as they are when somebody asks. */
export function meterCaches(readStatistics: () => CacheStatisticsByName, metrics: Metrics): void {
  const read = (field: keyof CacheStatistics) => () =>
    Object.entries(readStatistics()).map(([cache, statistics]) => ({
      labels: { cache },
      value: statistics[field],
    }))
  metrics.readLater('credence_cache_entries', read('entries'))
  metrics.readLater('credence_cache_hits_total', read('hits'))
  metrics.readLater('credence_cache_misses_total', read('misses'))
  metrics.readLater('credence_cache_evictions_total', read('evictions'))
}
