import { ConfigError } from '../../config/config-error.ts'
import { checkLanes } from '../lanes/check-lanes.ts'
import { reportIncident, toSignerStatus } from '../lanes/lane-signer.ts'
import type { OpenedSigner, SignerKind, SignerKindOptions } from '../signer-kind.ts'
import { loadNettle, NettleError } from './load-nettle.ts'
import type { Nettle } from './nettle.ts'
import { createNettleLanes } from './nettle-lanes.ts'
import { createNettleSigner } from './nettle-signer.ts'

const NAME = 'nettle'

/** Two, since the second one runs with memory that the first one has used. */
const SELF_TEST_SIGNATURES = 2

/**
 * Opens Nettle as `signer.nettle` says: where it cannot be used, `auto` goes on without it and says
 * so in the log, and `on` refuses to start. @throws ConfigError
 */
export async function openNettle({
  config: {
    signer: { nettle },
  },
  random,
  logger,
  load = loadNettle,
}: SignerKindOptions & {
  /** Loads the system's library. */
  readonly load?: () => Promise<Nettle>
}): Promise<OpenedSigner> {
  if (nettle === 'off') return without(() => {})
  try {
    const library = await load()
    const lanes = createNettleLanes(library, random)
    checkLanes(lanes, SELF_TEST_SIGNATURES, reason => new NettleError(reason))
    const signer = createNettleSigner({
      library,
      random,
      schedule: setImmediate,
      report: incident => reportIncident(incident, NAME, logger),
    })
    const { version } = library
    return {
      signer,
      status: () => toSignerStatus({ name: NAME, version }, signer),
      announce: () => logger.info({ version }, 'tokens for ES384 are signed by nettle'),
    }
  } catch (error) {
    if (!(error instanceof NettleError)) throw error
    if (nettle === 'on') throw toConfigError(error)
    return without(() =>
      logger.info(
        { reason: error.message },
        'tokens for ES384 are signed by node:crypto too: nettle cannot be used',
      ),
    )
  }
}

function without(announce: () => void): OpenedSigner {
  return { signer: null, status: () => ({ summary: null, counts: {} }), announce }
}

function toConfigError({ message }: NettleError): ConfigError {
  return new ConfigError([
    {
      where: 'signer.nettle',
      message: `is on, but Nettle cannot be used: ${message}. Mend that, or set it to auto or off`,
    },
  ])
}

/** The system's Nettle, for what it signs faster than OpenSSL. */
export const NETTLE: SignerKind = { kind: NAME, algorithms: ['ES384'], open: openNettle }
