import type { z } from 'zod'
import { CONFIG_SCHEMA, type Config } from './config.ts'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import { CONFIG_KEYS_BY_PATH, CONFIG_SECTIONS } from './config-keys.ts'
import { findContradictions } from './contradictions.ts'
import type { ConfigValue } from './key-types.ts'
import {
  type EnvironmentVariables,
  findUnknownVariables,
  readEnvironmentSource,
} from './read-environment-source.ts'
import { readFileSource } from './read-file-source.ts'
import { type FlagPair, readFlagSource } from './read-flag-source.ts'
import { formatOrigin, type Origin, type Setting, type Source } from './setting.ts'

/** Everything that a configuration is made from. */
export interface ConfigSources {
  /** Path of the YAML file; null for none. */
  readonly file: string | null
  readonly env: EnvironmentVariables
  /** The pairs of `--set section.key=value`. */
  readonly flags: readonly FlagPair[]
  /** Reads a file as UTF-8 text; throws when it cannot. The only contact with the outside. */
  readonly readFile: (path: string) => string
}

/** One value of the loaded configuration and where it comes from. */
interface LoadedSetting {
  /** The key's path, e.g. `listen.port`. */
  readonly key: string
  readonly value: ConfigValue
  readonly origin: Origin
}

/** A checked configuration. */
export interface LoadedConfig {
  readonly config: Config
  /** Every key in the order of the schema, for `credence config show`. */
  readonly settings: readonly LoadedSetting[]
}

/**
 * Puts the configuration together. A flag wins over an environment variable, that over the file, and
 * that over the default. @throws ConfigError with every problem that can be found at once
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const file = readFile(sources)
  const environment = readEnvironmentSource(sources.env)
  const flags = readFlagSource(sources.flags)
  const given = new Map<string, Setting>()
  for (const setting of [...file.settings, ...environment.settings, ...flags.settings]) {
    given.set(setting.key, setting)
  }
  const originOf = (key: string): Origin => given.get(key)?.origin ?? { kind: 'default' }
  const refuse = (key: string, message: string): ConfigProblem => ({
    where: formatOrigin(originOf(key)),
    message: `${key} ${message}`,
  })
  const problems = [
    ...file.problems,
    ...findUnknownVariables(
      sources.env,
      ['masterKey.env', 'store.passwordEnv'].map(key => given.get(key)?.value),
    ),
    ...flags.problems,
  ]

  const parsed = CONFIG_SCHEMA.safeParse(nest(given))
  if (!parsed.success) {
    const faults = new Map(parsed.error.issues.map(readIssue))
    problems.push(...[...faults].map(([key, message]) => refuse(key, message)))
    throw new ConfigError(problems)
  }
  const contradictions = findContradictions(parsed.data, key => given.has(key))
  problems.push(...contradictions.map(({ key, message }) => refuse(key, message)))
  if (problems.length > 0) throw new ConfigError(problems)

  const settings = Object.entries(parsed.data).flatMap(([section, values]) =>
    Object.entries(values).map(([name, value]: [string, ConfigValue]) => {
      const key = `${section}.${name}`
      return { key, value, origin: originOf(key) }
    }),
  )
  return { config: parsed.data, settings }
}

function readFile({ file, readFile }: ConfigSources): Source {
  if (file === null) return { settings: [], problems: [] }
  try {
    return readFileSource(file, readFile(file))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { settings: [], problems: [{ where: file, message: `cannot be read: ${reason}` }] }
  }
}

function nest(settings: ReadonlyMap<string, Setting>): unknown {
  return Object.fromEntries(
    CONFIG_SECTIONS.map(({ name, keys }) => [
      name,
      Object.fromEntries(
        keys
          .filter(key => settings.has(key.path))
          .map(key => [key.name, settings.get(key.path)?.value]),
      ),
    ]),
  )
}

/** Our own rules have their own words; what zod finds by type or bound is told by the key's form. */
function readIssue({ path, code, message }: z.core.$ZodIssue): [key: string, message: string] {
  // An issue with one item of a list has the item's position as a third part.
  const key = path.slice(0, 2).join('.')
  const form = CONFIG_KEYS_BY_PATH.get(key)?.form
  if (path.length > 3 && code !== 'custom') {
    return [
      key,
      `has an entry ${Number(path[2]) + 1} whose \`${String(path[3])}\` is wrong: ${message}`,
    ]
  }
  return [key, code === 'custom' || form === undefined ? message : `must be ${form}`]
}
