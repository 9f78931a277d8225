/**
 * Writes the parts of documents that are made from the program: `node tools/generate-docs.ts`.
 *
 * Exists because tables of keys and fields that are kept by hand are wrong after the third change.
 * The generated parts stand between markers, so that the prose around them stays with its authors; a
 * test fails while a document differs from what the program would write.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  formatAuditEventTable,
  formatServiceEventTable,
} from '../packages/server/src/audit/audit-event-fields.ts'
import { createAuditEvent } from '../packages/server/src/audit/create-audit-event.ts'
import {
  formatCommandReference,
  formatExitCodeTable,
} from '../packages/server/src/cli/format-command-reference.ts'
import { formatConfigurationTable } from '../packages/server/src/config/format-configuration-table.ts'
import {
  formatLabelTable,
  formatMetricTable,
} from '../packages/server/src/telemetry/format-metric-table.ts'
import { formatWhoAcceptsWhat } from '../packages/verify/test/peers.ts'
import { AUDIT_EXAMPLE } from './audit-example.ts'
import { formatDecisionIndex } from './decision-index.ts'
import { formatBadTokens } from './format-bad-tokens.ts'
import { formatConditionKeys, formatProviderClaims } from './format-condition-keys.ts'
import {
  formatAbsentKeys,
  formatEvaluatorDifferences,
  formatObservedDifferences,
  formatUnverified,
} from './format-differences.ts'
import { formatPolicyFindings } from './format-policy-findings.ts'
import { formatPublishTargets } from './format-publish-targets.ts'
import { formatSharedProviders } from './format-shared-providers.ts'
import {
  formatBuiltOperations,
  formatUnbuiltOperations,
  formatUnbuiltParameters,
} from './format-unbuilt.ts'

/** Makes one part of a document. */
type FormatPart = () => string | Promise<string>

/** The parts that are made from the program, by document and by the name in their markers. */
export const GENERATED_PARTS: Readonly<Record<string, Readonly<Record<string, FormatPart>>>> = {
  'docs/configuration.md': { keys: formatConfigurationTable },
  'docs/cli.md': { 'exit codes': formatExitCodeTable, commands: formatCommandReference },
  'docs/condition-keys.md': {
    keys: formatConditionKeys,
    'provider claims': formatProviderClaims,
  },
  'docs/metrics.md': { metrics: formatMetricTable, labels: formatLabelTable },
  'docs/audit.md': {
    fields: formatAuditEventTable,
    'service events': formatServiceEventTable,
    example: formatAuditExample,
  },
  'docs/decisions/README.md': { index: formatDecisionIndex },
  'docs/differences.md': {
    'absent keys': formatAbsentKeys,
    observations: formatObservedDifferences,
    evaluators: formatEvaluatorDifferences,
    unverified: formatUnverified,
  },
  'docs/identities.md': { 'shared providers': formatSharedProviders },
  'docs/policy-findings.md': { findings: formatPolicyFindings },
  'docs/testing.md': { 'bad tokens': formatBadTokens },
  'docs/unbuilt.md': {
    parameters: formatUnbuiltParameters,
    operations: formatUnbuiltOperations,
    built: formatBuiltOperations,
  },
  'docs/publishing.md': { targets: formatPublishTargets },
  'docs/relying-parties/who-accepts-what.md': { tables: formatWhoAcceptsWhat },
}

const ROOT = join(import.meta.dirname, '..')

/**
 * The text with the part between `<!-- generated: NAME -->` and `<!-- end: NAME -->` replaced.
 * @throws Error when a marker is missing
 */
export function replacePart(document: string, name: string, content: string): string {
  const begin = `<!-- generated: ${name} -->\n`
  const end = `<!-- end: ${name} -->`
  const from = document.indexOf(begin)
  const to = document.indexOf(end, from)
  if (from < 0 || to < 0) throw new Error(`the markers of the generated part ${name} are missing`)
  return `${document.slice(0, from + begin.length)}\n${content}\n${document.slice(to)}`
}

/** A document of the repository as text. */
export function readDocument(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

/** The document as it should be: every part as the program makes it, laid out as the linter wants it. */
export async function generateDocument(file: string): Promise<string> {
  let document = readDocument(file)
  for (const [name, format] of Object.entries(GENERATED_PARTS[file] ?? {})) {
    document = replacePart(document, name, await format())
  }
  const biome = join(ROOT, 'node_modules/.bin/biome')
  const options = { cwd: ROOT, input: document, encoding: 'utf8' } as const
  return execFileSync(biome, ['format', `--stdin-file-path=${file}`], options)
}

function formatAuditExample(): string {
  return `\`\`\`json\n${JSON.stringify(createAuditEvent(AUDIT_EXAMPLE), null, 2)}\n\`\`\`\n`
}

async function main(): Promise<void> {
  for (const file of Object.keys(GENERATED_PARTS)) {
    const document = await generateDocument(file)
    if (document === readDocument(file)) continue
    writeFileSync(join(ROOT, file), document)
    console.log(`wrote ${file}`)
  }
}

if (import.meta.main) await main()
