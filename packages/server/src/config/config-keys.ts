import type { z } from 'zod'
import { CONFIG_SCHEMA } from './config.ts'
import { type ConfigValue, keyFacts, sectionFacts } from './key-types.ts'

/** One key of the configuration, read from the schema. */
export interface ConfigKey {
  /** `limits.maxBodyBytes`: how the key is named in messages and by `--set`. */
  readonly path: string
  readonly section: string
  readonly name: string
  /** `CREDENCE_LIMITS_MAX_BODY_BYTES` */
  readonly environmentName: string
  readonly description: string
  /** What the value must be, in words that follow "must be". */
  readonly form: string
  readonly defaultValue: ConfigValue
  /** Reads the text of an environment variable or a flag; what cannot be read stays text. */
  readonly parseText: (text: string) => ConfigValue
}

/** A group of keys, in the order of the schema. */
export interface ConfigSection {
  readonly name: string
  readonly description: string
  readonly keys: readonly ConfigKey[]
}

/** What the names of Credence's environment variables begin with. */
export const ENVIRONMENT_PREFIX = 'CREDENCE_'

/** Every section of the configuration with its keys. */
export const CONFIG_SECTIONS: readonly ConfigSection[] = Object.entries(
  CONFIG_SCHEMA.unwrap().shape,
).map(([name, schema]) => ({
  name,
  description: sectionFacts.get(schema)?.description ?? '',
  keys: Object.entries(schema.unwrap().shape).map(([keyName, keySchema]) =>
    toConfigKey(name, keyName, keySchema),
  ),
}))

/** Every key of the configuration, in the order of the schema. */
export const CONFIG_KEYS: readonly ConfigKey[] = CONFIG_SECTIONS.flatMap(section => section.keys)

/** Every key of the configuration by its path. */
export const CONFIG_KEYS_BY_PATH: ReadonlyMap<string, ConfigKey> = new Map(
  CONFIG_KEYS.map(key => [key.path, key]),
)

function toConfigKey(
  section: string,
  name: string,
  schema: z.ZodDefault<z.ZodType<ConfigValue>> | z.ZodPrefault<z.ZodType<ConfigValue, ConfigValue>>,
): ConfigKey {
  const facts = keyFacts.get(schema)
  const path = `${section}.${name}`
  if (facts === undefined) throw new TypeError(`${path} is declared without its facts`)
  const environmentName = `${ENVIRONMENT_PREFIX}${toUpperSnakeCase(section)}_${toUpperSnakeCase(name)}`
  return { path, section, name, environmentName, defaultValue: schema.def.defaultValue, ...facts }
}

function toUpperSnakeCase(camelCase: string): string {
  return camelCase.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()
}
