import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CONDITION_KEY_GROUPS } from '../packages/server/src/policy/condition-keys/find-key.ts'
import { DISAGREEMENTS } from '../packages/server/test/policy/disagreements.ts'
import {
  DECISION_DISAGREEMENTS,
  SIMULATION_DISAGREEMENTS,
} from '../packages/server/test/support/observations.ts'

const ROOT = join(import.meta.dirname, '..')

/** What real AWS was seen to answer and comes out otherwise here. */
export function formatObservedDifferences(): string {
  const rows = [
    ...DECISION_DISAGREEMENTS.map(row => ({ ...row, of: 'a condition' })),
    ...SIMULATION_DISAGREEMENTS.map(row => ({ ...row, of: 'a simulation' })),
  ]
  return [
    '| Observed of | In | Case | Why it is otherwise here |',
    '| --- | --- | --- | --- |',
    ...rows.map(
      ({ of, file, about, reason }) => `| ${of} | \`${file}\` | \`${about}\` | ${reason} |`,
    ),
  ].join('\n')
}

/** Where another evaluator of policies decides otherwise, and who is right. */
export function formatEvaluatorDifferences(): string {
  return [
    '| What a case is about | Credence | `@cloud-copilot/iam-simulate` | As AWS does it |',
    '| --- | --- | --- | --- |',
    ...DISAGREEMENTS.map(
      ({ about, here, there, right }) => `| ${about} | ${here} | ${there} | ${right} |`,
    ),
  ].join('\n')
}

/** How many of the keys that AWS documents no request here has, and why, reason by reason. */
export function formatAbsentKeys(): string {
  const absent = CONDITION_KEY_GROUPS.flatMap(({ keys }) => keys).filter(
    ({ presence }) => presence === 'never',
  )
  const reasons = Map.groupBy(absent, ({ note }) => note)
  return [
    '| Why | Keys |',
    '| --- | --- |',
    ...[...reasons].map(
      ([note, keys]) => `| ${note} | ${keys.map(({ name }) => `\`${name}\``).join(', ')} |`,
    ),
  ].join('\n')
}

/** Everything that comments mark as not seen of AWS, by the file that chooses it. */
export function formatUnverified(): string {
  const files = globSync('packages/*/src/**/*.ts', { cwd: ROOT })
    .filter(file => !file.endsWith('.test.ts'))
    .toSorted()
  const rows = files.flatMap(file =>
    listUnverified(readFileSync(join(ROOT, file), 'utf8')).map(text => `| \`${file}\` | ${text} |`),
  )
  return ['| Where | What the comment says |', '| --- | --- |', ...rows].join('\n')
}

const COMMENT = /\/\*\*[\s\S]*?\*\/|(?:^[ \t]*\/\/.*\n)+/gm

function listUnverified(source: string): readonly string[] {
  return [...source.matchAll(COMMENT)]
    .map(([comment]) =>
      comment
        .replace(/^[ \t]*(?:\/\*\*|\*\/|\*|\/\/)/gm, '')
        .replace(/\*\/\s*$/, '')
        .replace(/\s+/g, ' ')
        .replaceAll('|', '\\|')
        .trim(),
    )
    .filter(text => text.includes('UNVERIFIED'))
    .map(keepSentence)
}

/** The sentences that say so, with one before where they begin with "That", "It" or "The". */
function keepSentence(text: string): string {
  const sentences = text.split(/(?<=[.:;]) (?=[A-Z`])| (?=@[a-z]+ )/)
  const chosen = sentences.flatMap((sentence, index) => {
    if (!sentence.includes('UNVERIFIED')) return []
    const needsMore = /^(?:It|That|The|Both|So|UNVERIFIED|Code|Neither|Refused|Its)\b/.test(
      sentence,
    )
    return needsMore && index > 0 ? [`${sentences[index - 1]} ${sentence}`] : [sentence]
  })
  return chosen.join(' ')
}
