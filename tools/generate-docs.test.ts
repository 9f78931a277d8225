import { describe, expect, it } from 'vitest'
import { AUDIT_EVENT_FIELDS } from '../packages/server/src/audit/audit-event-fields.ts'
import { CONFIG_KEYS } from '../packages/server/src/config/config-keys.ts'
import { findWarnings } from '../packages/server/src/config/config-warnings.ts'
import { loadConfig } from '../packages/server/src/config/load-config.ts'
import { checkServeConfig } from '../packages/server/src/config/serve-config.ts'
import { METRICS } from '../packages/server/src/telemetry/metric-table.ts'
import { GENERATED_PARTS, generateDocument, readDocument, replacePart } from './generate-docs.ts'

/** The first cells of the table rows of a document that begin with code. */
function firstCells(document: string): readonly string[] {
  return [...document.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, cell = '']) => cell)
}

describe('generated parts', () => {
  it.each(Object.keys(GENERATED_PARTS))('%s is what the program would write', async file => {
    const document = await generateDocument(file)
    expect(readDocument(file), 'run: node tools/generate-docs.ts').toBe(document)
  })

  it('stand between markers', () => {
    const document = 'a\n<!-- generated: x -->\nold\n<!-- end: x -->\nb\n'
    const replaced = 'a\n<!-- generated: x -->\n\nnew\n<!-- end: x -->\nb\n'
    expect(replacePart(document, 'x', 'new')).toBe(replaced)
    expect(replacePart(replaced, 'x', 'new')).toBe(replaced)
    expect(() => replacePart(document, 'y', 'new')).toThrow('part y')
    expect(() => replacePart('<!-- generated: x -->\n', 'x', 'new')).toThrow('part x')
  })
})

describe('docs/configuration.md', () => {
  const document = readDocument('docs/configuration.md')

  it('has a row for each key of the schema, and no other', () => {
    expect(firstCells(document)).toEqual(CONFIG_KEYS.map(({ path }) => path))
  })

  it('shows a file that the production server accepts', () => {
    const [, yaml = ''] = document.match(/```yaml\n([\s\S]*?)```/) ?? []
    const { config, settings } = loadConfig({
      file: 'credence.yaml',
      env: {},
      flags: [],
      readFile: () => yaml,
    })
    checkServeConfig(config)
    expect(findWarnings(config, 0)).toEqual([])
    expect(settings.filter(({ origin }) => origin.kind === 'file')).toHaveLength(9)
  })
})

describe('docs/metrics.md', () => {
  const document = readDocument('docs/metrics.md')

  it('has a row for each metric of the table, and no other', () => {
    const [, table = ''] = document.match(/generated: metrics -->([\s\S]*?)<!-- end/) ?? []
    expect(firstCells(table)).toEqual(Object.keys(METRICS))
  })

  it('speaks of no metric that does not exist', () => {
    const mentioned = document.match(/credence_[a-z_]+/g) ?? []
    const names = Object.keys(METRICS)
    const unknown = mentioned.filter(
      name => !names.includes(name.replace(/_(?:bucket|sum|count)$/, '')) && !names.includes(name),
    )
    expect(unknown).toEqual([])
  })
})

describe('docs/audit.md', () => {
  const document = readDocument('docs/audit.md')

  it('has a row for each field of an audit event, and no other', () => {
    const [, fields = ''] = document.match(/## Fields([\s\S]*?)`userIdentity` has/) ?? []
    expect(firstCells(fields)).toEqual(Object.keys(AUDIT_EVENT_FIELDS))
  })

  it('shows an event with every field of a granted call', () => {
    const [, json = ''] = document.match(/```json\n([\s\S]*?)```/) ?? []
    const shown = Object.keys(JSON.parse(json))
    const ofGrants = Object.keys(AUDIT_EVENT_FIELDS).filter(name => !/^error|^service/.test(name))
    expect(shown).toEqual(ofGrants)
  })
})
