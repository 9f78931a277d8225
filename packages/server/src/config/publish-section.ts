import { z } from 'zod'
import { TARGET_KINDS } from '../publishing/targets/table.ts'
import { type ConfigEntry, durationRule, entriesKey, section, type TextRule } from './key-types.ts'

/** More than anybody publishes at, and each of them is asked before a key signs. */
const MAX_PUBLISH_TARGETS = 16

/** A target as the configuration names it, with the settings of its kind beside these. */
export interface PublishTargetSettings extends ConfigEntry {
  readonly name: string
  readonly kind: string
  readonly publicUrl: string
  readonly required: boolean
  readonly issuer?: string | undefined
  readonly maxLag: string
}

const nameRule: TextRule = text =>
  /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/.test(text)
    ? null
    : 'must have names of at most 32 lower-case letters, digits and hyphens'

const text = (rule: TextRule) =>
  z.string().superRefine((value, context) => {
    const message = rule(value)
    if (message !== null) context.addIssue({ code: 'custom', message })
  })

/** What every target has, whatever its kind. */
export const COMMON_TARGET_SETTINGS = {
  name: text(nameRule).describe('How metrics, commands and messages call it.'),
  publicUrl: z
    .string()
    .min(1)
    .describe(
      'Where verifiers read what is written there: a URL that issuer ids are appended to, or one with `{id}` as a label of its host.',
    ),
  required: z
    .boolean()
    .default(true)
    .describe('Whether a key must be visible there before it signs. Without it `true`.'),
  issuer: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The name of the issuers whose documents are published there. Without it the one in new tokens.',
    ),
  maxLag: text(durationRule)
    .default('60s')
    .describe(
      'For how long some verifiers may still read what was there before, although others read what is new: how long the caches and copies between the target and them take. Without it 60s.',
    ),
}

/** Each kind with its own settings: nothing else may stand in an entry. */
const ENTRIES = TARGET_KINDS.map(({ kind, settings }) =>
  settings.extend({ kind: z.literal(kind), ...COMMON_TARGET_SETTINGS }).readonly(),
)

/** Where documents are published besides this server. */
export const PUBLISH_SECTION = section(
  'Places besides this server where verifiers read the documents of issuers. See [publishing.md](publishing.md).',
  {
    targets: entriesKey(
      'Where the documents of all issuers are written, and are read back, before a new key signs.',
      {
        form: `a list of at most ${MAX_PUBLISH_TARGETS} of \`{ name, kind, publicUrl, … }\`, each with the settings of its kind (${TARGET_KINDS.map(({ kind }) => `\`${kind}\``).join(', ')}); JSON in variables and flags`,
        max: MAX_PUBLISH_TARGETS,
        entry: z.discriminatedUnion(
          'kind',
          ENTRIES as unknown as [z.ZodObject, ...z.ZodObject[]],
        ) as unknown as z.ZodType<PublishTargetSettings, ConfigEntry>,
      },
    ),
  },
)
