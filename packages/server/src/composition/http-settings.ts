import type { Config } from '../config/config.ts'
import { findTlsFiles } from '../config/serve-config.ts'

/** The certificate files and how often they are looked at; null for plain HTTP. */
export function toTlsSettings(config: Config) {
  const files = findTlsFiles(config)
  const { reloadIntervalSeconds } = config.tls
  return files === null ? null : { ...files, reloadIntervalSeconds }
}

/** What one client may take from the server, in the units of the HTTP server. */
export function toHttpLimits({ limits }: Config) {
  return {
    maxHeadBytes: limits.maxHeadBytes,
    maxBodyBytes: limits.maxBodyBytes,
    headersTimeoutMs: limits.headersTimeoutSeconds * 1000,
    requestTimeoutMs: limits.requestTimeoutSeconds * 1000,
    keepAliveTimeoutMs: limits.keepAliveTimeoutSeconds * 1000,
    maxConnections: limits.maxConnections,
    maxRequestsInFlight: limits.maxRequestsInFlight,
    maxWaitMs: limits.maxWaitMilliseconds,
  }
}

/** How often one account and one principal may call; null where nothing is limited. */
export function toRateSettings({ limits }: Config) {
  return {
    account: toRate(limits.rateAccountPerSecond, limits.rateAccountBurst),
    principal: toRate(limits.ratePrincipalPerSecond, limits.ratePrincipalBurst),
  }
}

function toRate(perSecond: number | null, burst: number | null) {
  return perSecond === null ? null : { perSecond, burst: burst ?? perSecond }
}
