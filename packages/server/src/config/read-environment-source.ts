import { findNearestName } from '../runtime/nearest-name.ts'
import type { ConfigProblem } from './config-error.ts'
import { CONFIG_KEYS, ENVIRONMENT_PREFIX } from './config-keys.ts'
import type { Source } from './setting.ts'

/** Environment variables by name, as in `process.env`. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>

/** Variables with our prefix that are for clients and that a server's shell may have too. */
const CLIENT_VARIABLES = ['CREDENCE_ISSUER', 'CREDENCE_DEV_URL']

/** Settings from `CREDENCE_<SECTION>_<KEY>`. */
export function readEnvironmentSource(env: EnvironmentVariables): Source {
  const settings = CONFIG_KEYS.flatMap(({ path, environmentName, parseText }) => {
    const text = env[environmentName]
    if (text === undefined) return []
    const origin = { kind: 'environment', name: environmentName } as const
    return [{ key: path, value: parseText(text), origin }]
  })
  return { settings, problems: [] }
}

/**
 * Variables with our prefix that name no key. `secretVariables` are those that hold the master key and
 * the password of the database, which the operator may name as they like.
 */
export function findUnknownVariables(
  env: EnvironmentVariables,
  secretVariables: readonly unknown[],
): readonly ConfigProblem[] {
  const known = CONFIG_KEYS.map(({ environmentName }) => environmentName)
  const accepted = new Set<unknown>([...known, ...CLIENT_VARIABLES, ...secretVariables])
  return Object.entries(env)
    .filter(([name]) => name.startsWith(ENVIRONMENT_PREFIX) && !accepted.has(name))
    .filter(([name, value]) => !isServiceLink(name, value ?? ''))
    .map(([name]) => ({
      where: name,
      message: `unknown environment variable; did you mean ${findNearestName(name, known)}?`,
    }))
}

/**
 * Kubernetes gives every pod variables about each service of its namespace. A service that is called
 * `credence`, or `credence-…`, must not keep the server from starting.
 */
function isServiceLink(name: string, value: string): boolean {
  return (
    /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/.test(
      name,
    ) ||
    (name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value))
  )
}
