import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { IMPORT_RULES } from './import-rules.ts'

const ROOT = join(import.meta.dirname, '..')

const ROOMS = Object.keys(IMPORT_RULES).toSorted()

/** The rooms of the table in CONTRIBUTING.md, as it writes them. */
function readMap(): readonly string[] {
  const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8')
  const [, table = ''] = /^\| Room .*\n\| -.*\n((?:\|.*\n)+)/m.exec(text) ?? []
  return table.split('\n').flatMap(line => {
    const [, cell = ''] = line.split('|')
    return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
  })
}

describe('the map of rooms in CONTRIBUTING.md', () => {
  it('has every room of the import rules, and no other', () => {
    const rooms = new Set(readMap().map(name => name.replace(/(?:\/|\.ts)$/, '')))
    expect([...rooms].toSorted()).toEqual(ROOMS)
  })

  it('names each file and folder as it is on the disk', () => {
    const source = join(ROOT, 'packages/server/src')
    const found = new Set([
      ...globSync('**/*.ts', { cwd: source }),
      ...globSync('**/', { cwd: source }).map(folder => `${folder.replace(/\/$/, '')}/`),
    ])
    expect(readMap().filter(name => !found.has(name))).toEqual([])
  })

  it('has every folder of the server', () => {
    const folders = globSync('packages/server/src/*/', { cwd: ROOT }).map(
      path => path.replace(/\/$/, '').split('/').at(-1) ?? '',
    )
    const mapped = new Set(ROOMS.map(room => room.split('/')[0]))
    expect(folders.length).toBeGreaterThan(20)
    expect(folders.filter(folder => !mapped.has(folder))).toEqual([])
  })
})
