import { COMMON_TARGET_SETTINGS } from '../packages/server/src/config/publish-section.ts'
import { TARGET_KINDS } from '../packages/server/src/publishing/targets/table.ts'

/** What all targets have, and the kinds of targets with the settings of each, for docs/publishing.md. */
export function formatPublishTargets(): string {
  const kinds = TARGET_KINDS.map(
    ({ kind, summary, settings }) =>
      `### \`${kind}\`\n\n${summary}\n\n${formatSettings(settings.shape)}`,
  )
  return `### Every target\n\n${formatSettings(COMMON_TARGET_SETTINGS)}\n${kinds.join('\n')}`
}

/** A setting as the schema has it. */
interface SettingSchema {
  readonly description?: string | undefined
  readonly safeParse: (value: unknown) => { readonly success: boolean }
}

function formatSettings(shape: object): string {
  const entries = Object.entries(shape) as [string, SettingSchema][]
  const rows = entries.map(([name, { description = '', safeParse }]) => {
    const isNeeded = !safeParse(undefined).success
    return `| \`${name}\` | ${isNeeded ? 'yes' : 'no'} | ${description.replaceAll('|', '\\|')} |`
  })
  return `| Setting | Needed | Meaning |\n|---|---|---|\n${rows.join('\n')}\n`
}
