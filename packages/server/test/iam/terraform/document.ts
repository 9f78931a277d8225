import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const DOCUMENT = join(import.meta.dirname, '..', '..', '..', '..', '..', 'docs', 'clients.md')

/** The actions in the table of `docs/clients.md`, with those of one resource or of all. */
export function readDocumentedActions(resources: readonly string[] | null): ReadonlySet<string> {
  const [, table = ''] = readFileSync(DOCUMENT, 'utf8').split(/<!-- \/?calls -->/)
  const actions = table.split('\n').flatMap(line => {
    const [resource = '', ...words] = Array.from(line.matchAll(/`(\w+)`/g), ([, word = '']) => word)
    const isWanted = resources === null || resources.includes(resource)
    return isWanted ? words.filter(word => /^[A-Z]/.test(word)) : []
  })
  return new Set(actions)
}
