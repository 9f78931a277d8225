import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { replacePart } from '../../tools/generate-docs.ts'
import { runCommand } from '../../tools/run-command.ts'
import { PARTS } from '../options.ts'
import { formatPart } from './markdown.ts'
import { formatPerformanceParts } from './performance-page.ts'
import { createPlots } from './plots.ts'
import type { Results } from './results.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const FOLDER = join(ROOT, 'bench', 'results')
const DATA = join(FOLDER, 'bench.json')
const TITLES = {
  limits: 'Limits',
  issue: 'Tokens',
  starts: 'Starts',
  growth: 'Growth',
  peers: 'Peers',
}

/** The newest results of every part; none before the first run. */
export function loadResults(): Results {
  return existsSync(DATA) ? JSON.parse(readFileSync(DATA, 'utf8')) : {}
}

/** Writes data, tables and plots, and the parts of the pages that are made from them. */
export async function saveResults(results: Results): Promise<void> {
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(DATA, `${JSON.stringify(results, null, 2)}\n`)
  const sections = PARTS.flatMap(part => {
    const measured = results[part]
    return measured === undefined ? [] : [`## ${TITLES[part]}\n\n${formatPart(part, measured)}`]
  })
  const intro =
    'Made by `npm run bench`; [the README of `bench/`](../README.md) says what the figures mean. All figures: [bench.json](bench.json).'
  writeFileSync(join(FOLDER, 'bench.md'), `# Benchmark\n\n${intro}\n\n${sections.join('\n')}`)
  for (const [name, svg] of Object.entries(await createPlots(results))) {
    writeFileSync(join(FOLDER, name), svg)
  }
  await savePage('docs/performance.md', formatPerformanceParts(results))
}

/** Replaces the generated parts of a page and lays it out as the linter wants it. */
async function savePage(file: string, parts: Readonly<Record<string, string>>): Promise<void> {
  const path = join(ROOT, file)
  const page = Object.entries(parts).reduce(
    (text, [name, content]) => replacePart(text, name, content),
    readFileSync(path, 'utf8'),
  )
  writeFileSync(path, page)
  await runCommand(['biome', 'format', '--write', path])
}
