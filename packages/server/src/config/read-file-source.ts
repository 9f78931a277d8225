import { isMap, isScalar, LineCounter, type ParsedNode, parseDocument, visit } from 'yaml'
import { findNearestName } from '../runtime/nearest-name.ts'
import type { ConfigProblem } from './config-error.ts'
import { CONFIG_KEYS_BY_PATH, CONFIG_SECTIONS } from './config-keys.ts'
import type { Setting, Source } from './setting.ts'

const SECTION_NAMES = CONFIG_SECTIONS.map(({ name }) => name)
const KEY_PATHS = [...CONFIG_KEYS_BY_PATH.keys()]

/**
 * Reads a configuration file: YAML 1.2, a map of sections. Duplicate and unknown keys, tags outside
 * the core schema, aliases and further documents are problems; each names its line. A section or a
 * file in which everything is commented out is empty, not wrong.
 */
export function readFileSource(path: string, text: string): Source {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  })
  const lineAt = (offset: number) => lines.linePos(offset).line
  const problemAt = (offset: number, message: string): ConfigProblem => ({
    where: `${path}:${lineAt(offset)}`,
    message,
  })

  const faults = [...document.errors, ...document.warnings].map(fault =>
    problemAt(fault.pos[0], fault.message),
  )
  visit(document, {
    Alias: (_key, alias) => {
      faults.push(problemAt(alias.range?.[0] ?? 0, 'aliases are not supported'))
    },
  })
  if (faults.length > 0) return { settings: [], problems: faults }

  const settings: Setting[] = []
  const problems: ConfigProblem[] = []
  const root = readMap(document.contents)
  if (root === null) problems.push(problemAt(0, 'the file must be a map of sections'))
  for (const { name: section, offset, value } of root ?? []) {
    const keys = readMap(value)
    if (!SECTION_NAMES.includes(section)) {
      const candidates = keys === null ? KEY_PATHS : SECTION_NAMES
      problems.push(problemAt(offset, refuseUnknown(section, candidates)))
    } else if (keys === null) {
      problems.push(problemAt(offset, `${section} must be a map of keys`))
    } else {
      for (const { name, offset, value } of keys) {
        const key = `${section}.${name}`
        if (!CONFIG_KEYS_BY_PATH.has(key)) {
          problems.push(problemAt(offset, refuseUnknown(key, KEY_PATHS)))
        } else {
          const origin = { kind: 'file', path, line: lineAt(offset) } as const
          settings.push({ key, value: value?.toJS(document) ?? null, origin })
        }
      }
    }
  }
  return { settings, problems }
}

interface Entry {
  readonly name: string
  readonly offset: number
  readonly value: ParsedNode | null
}

/** The entries of a map, in order; none for nothing at all; null for anything else. */
function readMap(node: ParsedNode | null): readonly Entry[] | null {
  if (node === null || (isScalar(node) && node.value === null)) return []
  if (!isMap<ParsedNode, ParsedNode | null>(node)) return null
  return node.items.map(({ key, value }) => ({
    name: isScalar(key) ? String(key.value) : '',
    offset: key.range[0],
    value,
  }))
}

function refuseUnknown(name: string, candidates: readonly string[]): string {
  return `unknown key ${name}; did you mean ${findNearestName(name, candidates)}?`
}
