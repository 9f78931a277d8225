import type { Config } from '../config/config.ts'
import type { DevelopmentPages } from '../http/development-pages.ts'
import { isLoopbackHost } from '../runtime/loopback.ts'
import type { Environment } from './environment.ts'
import type { OpenData } from './open-data.ts'

/**
 * The pages for programs on this machine, if the overrides have some. A server that listens beyond this
 * machine never has them.
 */
export function openDevelopmentPages(
  { listen, issuer }: Config,
  data: OpenData,
  { clock, overrides }: Environment,
): DevelopmentPages | null {
  const create = overrides?.createDevelopmentPages
  if (create === undefined || !isLoopbackHost(listen.host)) return null
  return create({ ...data, clock, keyNaming: issuer.keyIds })
}
