import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { checkLanes } from '../issuer/signer/check-lanes.ts'
import { loadNettle, NettleError } from '../issuer/signer/load-nettle.ts'
import { createNettleSigner } from '../issuer/signer/multi-buffer-signer.ts'
import { createNettleLanes } from '../issuer/signer/nettle-lanes.ts'
import type { RandomSource } from '../runtime/random.ts'
import type { Logger } from '../telemetry/logger.ts'
import { describeSigner, type MultiBuffer, reportIncident } from './open-multi-buffer.ts'

/**
 * Puts Nettle in the place of a multi-buffer signer that this machine cannot have, where `signer.nettle`
 * is `on`. @throws ConfigError when Nettle cannot be used then
 */
export async function openNettle(
  multiBuffer: MultiBuffer,
  { signer: { nettle } }: Config,
  random: RandomSource,
  logger: Logger,
): Promise<MultiBuffer> {
  if (nettle === 'off' || multiBuffer.signer !== null) return multiBuffer
  try {
    const library = await loadNettle()
    checkLanes(createNettleLanes(library, random), reason => new NettleError(reason))
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
  } catch (error) {
    if (!(error instanceof NettleError)) throw error
    throw new ConfigError([
      {
        where: 'signer.nettle',
        message: `is on, but Nettle cannot be used: ${error.message}. Mend that, or set it to off`,
      },
    ])
  }
}
