import { z } from 'zod'
import { parseDuration } from './durations.ts'

/** What the value of a key that names a file must be, in words that follow "must be". */
export const PATH_FORM = 'a path'

/** A value of the configuration as it stands in memory. */
export type ConfigValue =
  | string
  | number
  | boolean
  | null
  | readonly string[]
  | readonly ConfigEntry[]

/** One entry of a list whose entries have parts with names. */
export type ConfigEntry = Readonly<Record<string, string | number | boolean | null | undefined>>

/** What is true of one key besides its type. */
export interface KeyFacts {
  /** One or two sentences for the operator. */
  readonly description: string
  /** What the value must be, in words that follow "must be". */
  readonly form: string
  /** Reads the text of an environment variable or a flag; what cannot be read stays text. */
  readonly parseText: (text: string) => ConfigValue
}

/** The facts of every key, by its schema. */
export const keyFacts = z.registry<KeyFacts>()

/** What each section is about, by its schema. */
export const sectionFacts = z.registry<{ readonly description: string }>()

/** A rule on a text: null when it holds, otherwise what is wrong, in words that follow the key. */
export type TextRule = (text: string) => string | null

/** A group of keys. */
export function section<Keys extends z.core.$ZodShape>(description: string, keys: Keys) {
  return z.strictObject(keys).readonly().register(sectionFacts, { description })
}

/** A whole number within both bounds. */
export function integerKey(
  description: string,
  options: { readonly min: number; readonly max: number; readonly default: number },
) {
  return withFacts(boundedInteger(options).default(options.default), {
    description,
    form: formatBounds(options),
    parseText: parseInteger,
  })
}

/** A whole number that may be left out. */
export function optionalIntegerKey(
  description: string,
  options: { readonly min: number; readonly max: number },
) {
  return withFacts(boundedInteger(options).nullable().default(null), {
    description,
    form: `${formatBounds(options)}, or nothing`,
    parseText: text => (text === '' ? null : parseInteger(text)),
  })
}

/** `true` or `false`. */
export function booleanKey(description: string, defaultValue: boolean) {
  return withFacts(z.boolean().default(defaultValue), {
    description,
    form: '`true` or `false`',
    parseText: text => (text === 'true' ? true : text === 'false' ? false : text),
  })
}

/** One of a few words. */
export function choiceKey<const Choice extends string>(
  description: string,
  options: { readonly choices: readonly Choice[]; readonly default: NoInfer<Choice> },
) {
  return withFacts(
    z.literal(options.choices).default(() => options.default),
    { description, form: formatChoices(options.choices), parseText: text => text },
  )
}

/** A duration such as `90d`, as text. */
export function durationKey(
  description: string,
  options: { readonly form: string; readonly default: string },
) {
  return withFacts(ruledText(durationRule).default(options.default), {
    description,
    form: options.form,
    parseText: text => text,
  })
}

/** A text that is not empty. */
export function textKey(
  description: string,
  options: { readonly form: string; readonly default: string },
) {
  return withFacts(z.string().min(1).default(options.default), {
    description,
    form: options.form,
    parseText: text => text,
  })
}

/** A text that may be left out: `null` in the file, the empty text elsewhere. */
export function optionalTextKey(
  description: string,
  options: { readonly form: string; readonly rule?: TextRule },
) {
  return withFacts(ruledText(options.rule).nullable().default(null), {
    description,
    form: `${options.form}, or nothing`,
    parseText: text => (text === '' ? null : text),
  })
}

/** A list of texts, in an environment variable or a flag with commas between them. */
export function listKey(
  description: string,
  options: { readonly form: string; readonly default: readonly string[]; readonly rule: TextRule },
) {
  // `default` hands out a copy that is not frozen; `prefault` sends it through `readonly`.
  const schema = z.array(ruledText(options.rule)).readonly().prefault(options.default)
  return withFacts(schema, { description, form: options.form, parseText: parseList })
}

/** A list of entries that have parts with names, in an environment variable or a flag as JSON. */
export function entriesKey<Entry extends z.ZodType<ConfigEntry, ConfigEntry>>(
  description: string,
  options: { readonly form: string; readonly max: number; readonly entry: Entry },
) {
  const schema = z.array(options.entry).max(options.max).readonly().prefault([])
  return withFacts(schema, { description, form: options.form, parseText: parseJson })
}

/** The word `any` (the default), or a list that is not empty. */
export function anyOrListKey(
  description: string,
  options: { readonly form: string; readonly rule: TextRule },
) {
  const schema = z
    .union([z.literal('any'), z.array(ruledText(options.rule)).min(1).readonly()])
    .default('any')
  return withFacts(schema, {
    description,
    form: `\`any\`, or ${options.form}`,
    parseText: text => (text === 'any' ? text : parseList(text)),
  })
}

/** `90d`, `24h`, `30m`, `90s`, `0`. */
export const durationRule: TextRule = text =>
  parseDuration(text) === null ? 'must be a duration such as `90d`, `24h` or `30m`' : null

/** A text that may be left out, as a part of an entry. */
export function optionalPart(rule: TextRule) {
  return ruledText(rule).nullable().default(null)
}

function withFacts<Schema extends z.ZodType>(schema: Schema, facts: KeyFacts): Schema {
  keyFacts.add(schema, facts)
  return schema
}

function boundedInteger(bounds: { readonly min: number; readonly max: number }) {
  return z.int().min(bounds.min).max(bounds.max)
}

function ruledText(rule: TextRule | undefined) {
  return z
    .string()
    .min(1)
    .superRefine((text, context) => {
      const message = rule?.(text) ?? null
      if (message !== null) context.addIssue({ code: 'custom', message })
    })
}

function parseInteger(text: string): ConfigValue {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text
}

function parseList(text: string): ConfigValue {
  return text === '' ? [] : text.split(',').map(item => item.trim())
}

function parseJson(text: string): ConfigValue {
  try {
    return text === '' ? [] : JSON.parse(text)
  } catch {
    return text
  }
}

function formatBounds({ min, max }: { readonly min: number; readonly max: number }): string {
  return `an integer from ${min} to ${max}`
}

function formatChoices(choices: readonly string[]): string {
  const quoted = choices.map(choice => `\`${choice}\``)
  return [quoted.slice(0, -1).join(', '), quoted.at(-1)].filter(Boolean).join(' or ')
}
