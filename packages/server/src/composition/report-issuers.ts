import { setTimeout as wait } from 'node:timers/promises'
import { type Inspected, inspectIssuers } from '../doctor/inspect-issuers.ts'
import { formatFederationTopic } from '../store/topics.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { OpenData } from './open-data.ts'

/** A start must not fetch thousands of documents; `credence doctor` looks at all. */
const MAX_INSPECTED_AT_START = 10

/** Calls that wait for the server are answered first. */
const DELAY_MS = 1000

/** What is looked at from outside: under all names that are served, unless some are given. */
export function toInspected(
  { issuer, issuerNames }: Pick<OpenData, 'issuer' | 'issuerNames'>,
  names = issuerNames.listServed(),
): Inspected {
  return { issuer, names, forget: ({ id }) => issuer.invalidate([formatFederationTopic(id)]) }
}

/** The self-check soon after the start: tokens of an issuer that looks different from outside can't be verified. */
export async function reportIssuers(
  data: OpenData,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  try {
    await wait(DELAY_MS, null, { signal, ref: false }).catch(() => {})
    if (signal.aborted) return
    const { items } = await data.store.listAccounts({
      marker: null,
      maxItems: MAX_INSPECTED_AT_START,
    })
    const findings = await inspectIssuers(toInspected(data), items, signal)
    if (signal.aborted) return
    for (const { what, problem } of findings) {
      if (problem === null) logger.info({ url: what }, 'the issuer can be verified from outside')
      else logger.warn({ url: what, problem }, 'verifiers will not find this issuer as it is here')
    }
  } catch (cause) {
    logger.error({ err: cause }, 'the self-check of the issuers failed')
  }
}
