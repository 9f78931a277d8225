import type { Config } from '../config/config.ts'
import { findFreePort } from '../http/free-port.ts'
import { ListenError } from '../http/listen-error.ts'

/** A port that the system chooses must be known before it stands in the issuer URL. @throws ListenError */
export async function choosePort(config: Config): Promise<Config> {
  const { host, port } = config.listen
  if (port !== 0) return config
  try {
    return { ...config, listen: { host, port: await findFreePort(host) } }
  } catch (cause) {
    throw new ListenError(config.listen, cause)
  }
}
