import type { OpenData } from '../composition.ts'
import type { Config } from '../config/config.ts'
import { formatDevelopmentSecret } from '../development/bad-token-pages.ts'
import { listClientEnvironment } from '../development/client-environment.ts'
import { isLoopbackHost } from '../runtime/loopback.ts'
import type { RandomSource } from '../runtime/random.ts'
import type { DevIdentity } from './dev-seed.ts'
import { writePrivateFile } from './private-files.ts'

/** Where a developer's installation keeps the settings of clients, as `export` lines. */
export const DEV_ENVIRONMENT_FILE = '.credence/dev.env'

/** The region that clients of a developer's installation sign for; any other works as well. */
export const DEV_REGION = 'us-east-1'

/**
 * The settings that a developer's installation gives to its clients, among them the address of the bad
 * tokens, if it has any.
 */
export function listDevEnvironment(
  { endpoint, data }: { readonly endpoint: string; readonly data: OpenData },
  { listen }: Config,
  { credentials, issuerUrl }: DevIdentity,
): Readonly<Record<string, string>> {
  return {
    ...listClientEnvironment({ endpoint, region: DEV_REGION, credentials, issuerUrl }),
    ...(isLoopbackHost(listen.host) && {
      CREDENCE_DEV_URL: `${endpoint}/dev/${formatDevelopmentSecret(data.masterKey)}`,
    }),
  }
}

/** Writes them for `. .credence/dev.env`, readable by their owner alone. @throws CliError `data` */
export function writeDevEnvironment(
  variables: Readonly<Record<string, string>>,
  random: RandomSource,
): void {
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`)
  writePrivateFile(DEV_ENVIRONMENT_FILE, lines.join(''), random)
}
