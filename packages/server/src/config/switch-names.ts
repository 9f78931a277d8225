import { isMap, isSeq, parseDocument } from 'yaml'
import type { Config } from './config.ts'

/** The settings that are the names of the issuers. */
export type NameSettings = Pick<Config['issuer'], 'baseUrl' | 'hostPattern' | 'aliases' | 'signAs'>

type Alias = NameSettings['aliases'][number]

/**
 * Has one name take the place of another in new tokens: it becomes the main name, and the other an alias
 * that ends. All others stay.
 * @param names `from` and `to` are among them; `until` is an instant such as 2027-01-31T00:00:00Z
 */
export function switchNames(
  settings: NameSettings,
  names: { readonly from: string; readonly to: string; readonly until: string },
): NameSettings {
  const { baseUrl, hostPattern, aliases } = settings
  const entries: readonly Alias[] = [...aliases, { baseUrl, hostPattern, until: null }]
  const main = entries.find(entry => findText(entry) === names.to)
  if (main === undefined) throw new Error(`no issuer has the name ${names.to}`)
  const rest = entries
    .filter(entry => entry !== main)
    .map(entry => (findText(entry) === names.from ? { ...entry, until: names.until } : entry))
  return { baseUrl: main.baseUrl, hostPattern: main.hostPattern, aliases: rest, signAs: null }
}

/** The settings as they stand in a file: what is not set is left out. */
export function toFileSettings({ baseUrl, hostPattern, aliases, signAs }: NameSettings) {
  return {
    ...omitNulls({ baseUrl, hostPattern }),
    ...(aliases.length === 0 ? {} : { aliases: aliases.map(omitNulls) }),
    ...omitNulls({ signAs }),
  }
}

/**
 * Writes the settings into the text of a configuration file. Everything else stays as it is, comments
 * too; those of an alias go with it.
 */
export function writeNames(text: string, settings: NameSettings): string {
  const document = parseDocument(text, { stringKeys: true })
  for (const name of ['baseUrl', 'hostPattern', 'signAs'] as const) {
    if (settings[name] === null) document.deleteIn(['issuer', name])
    else document.setIn(['issuer', name], settings[name])
  }
  const present = document.getIn(['issuer', 'aliases'])
  const aliases = settings.aliases.map(alias => {
    const item = isSeq(present) ? present.items.find(each => isAlias(each, findText(alias))) : null
    if (!isMap(item)) return document.createNode(omitNulls(alias))
    if (alias.until !== null) item.set('until', alias.until)
    return item
  })
  if (isSeq(present)) present.items = aliases
  else if (aliases.length > 0) document.setIn(['issuer', 'aliases'], aliases)
  return document.toString({ ...findStyle(text), lineWidth: 0 })
}

function isAlias(item: unknown, text: string | null): boolean {
  return isMap(item) && (item.get('baseUrl') === text || item.get('hostPattern') === text)
}

function findText({ baseUrl, hostPattern }: Pick<Alias, 'baseUrl' | 'hostPattern'>): string | null {
  return baseUrl ?? hostPattern
}

/** How a file is indented, so that lines that mean the same stay the same. */
function findStyle(text: string): { readonly indent: number; readonly indentSeq: boolean } {
  const [, spaces = '  '] = /^\w.*\n(?:\s*(?:#.*)?\n)*( {1,8})\w/m.exec(text) ?? []
  const isFlush = /^( +)\w+:[ \t]*(?:#.*)?\n\1- /m.test(text)
  return { indent: spaces.length, indentSeq: !isFlush }
}

function omitNulls<Part extends object>(parts: Part): Partial<Part> {
  return Object.fromEntries(
    Object.entries(parts).filter(([, value]) => value !== null),
  ) as Partial<Part>
}
