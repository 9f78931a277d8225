import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { checkLanes } from '../issuer/signer/check-lanes.ts'
import { loadNettle, NettleError } from '../issuer/signer/load-nettle.ts'
import { createNettleSigner } from '../issuer/signer/multi-buffer-signer.ts'
import type { Nettle } from '../issuer/signer/nettle.ts'
import { createNettleLanes } from '../issuer/signer/nettle-lanes.ts'
import type { RandomSource } from '../runtime/random.ts'
import type { Logger } from '../telemetry/logger.ts'
import { describeSigner, type MultiBuffer, reportIncident } from './open-multi-buffer.ts'

/** Two, since the second one meets the memory that the first one has left. */
const SELF_TEST_SIGNATURES = 2

/**
 * Puts Nettle in the place of a multi-buffer signer that this machine cannot have, as `signer.nettle`
 * says: `auto` goes on with node:crypto where it cannot be used and says so in the log, `on` does not.
 * @throws ConfigError
 */
export async function openNettle(
  multiBuffer: MultiBuffer,
  {
    config: {
      signer: { nettle },
    },
    random,
    logger,
    load = loadNettle,
  }: {
    readonly config: Pick<Config, 'signer'>
    readonly random: RandomSource
    readonly logger: Logger
    /** Loads the system's library. */
    readonly load?: () => Promise<Nettle>
  },
): Promise<MultiBuffer> {
  if (nettle === 'off' || multiBuffer.signer !== null) return multiBuffer
  try {
    const library = await load()
    const lanes = createNettleLanes(library, random)
    checkLanes(lanes, SELF_TEST_SIGNATURES, reason => new NettleError(reason))
    return createNettle(library, multiBuffer, random, logger)
  } catch (error) {
    if (!(error instanceof NettleError)) throw error
    if (nettle === 'on') throw describeRefusal(error)
    return withoutNettle(multiBuffer, () =>
      logger.info(
        { reason: error.message },
        'tokens for ES384 are signed by node:crypto too: nettle cannot be used',
      ),
    )
  }
}

function createNettle(
  library: Nettle,
  multiBuffer: MultiBuffer,
  random: RandomSource,
  logger: Logger,
): MultiBuffer {
  const signer = createNettleSigner({
    library,
    random,
    schedule: setImmediate,
    report: incident => reportIncident(incident, 'nettle', logger),
  })
  const { version } = library
  return {
    name: 'nettle',
    signer,
    status() {
      const { summary, counts } = describeSigner('nettle', signer)
      return { summary: `${multiBuffer.status().summary}, ES384 by ${summary}`, counts }
    },
    announce() {
      multiBuffer.announce()
      logger.info({ version }, 'tokens for ES384 are signed by nettle')
    },
  }
}

function withoutNettle(multiBuffer: MultiBuffer, announce: () => void): MultiBuffer {
  return {
    ...multiBuffer,
    announce() {
      multiBuffer.announce()
      announce()
    },
  }
}

function describeRefusal({ message }: NettleError): ConfigError {
  return new ConfigError([
    {
      where: 'signer.nettle',
      message: `is on, but Nettle cannot be used: ${message}. Mend that, or set it to auto or off`,
    },
  ])
}
