import { z } from 'zod'
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

function formatSettings(shape: z.core.$ZodShape): string {
  const rows = Object.entries(shape).map(([name, schema]) => {
    const { description = '' } = schema as z.ZodType
    const isNeeded = !z.safeParse(z.object({ [name]: schema }), {}).success
    const meaning = description.replaceAll('|', '\\|')
    return `| \`${name}\` | ${isNeeded ? 'yes' : 'no'} | ${meaning} |`
  })
  return `| Setting | Needed | Meaning |\n|---|---|---|\n${rows.join('\n')}\n`
}
