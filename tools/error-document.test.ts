import { expect, it } from 'vitest'
import { ERROR_TABLE } from '../packages/server/src/errors.ts'
import { readDocument } from './generate-docs.ts'

/** The rows of a Markdown table whose first cell is a code, as their cells. */
function readRows(document: string): readonly (readonly string[])[] {
  return document
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .map(line =>
      line
        .slice(1, -1)
        .split('|')
        .map(cell => cell.trim()),
    )
}

const rows = readRows(readDocument('docs/errors.md'))

it('docs/errors.md has a row for each error code, as the program has it, and no other', () => {
  const documented = rows.map(cells => cells.slice(0, 4))
  const known = Object.entries(ERROR_TABLE)
    .map(([code, { httpStatus, fault, meaning }]) => [
      `\`${code}\``,
      String(httpStatus),
      fault,
      meaning,
    ])
    .toSorted(([a = ''], [b = '']) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
  expect(documented).toEqual(known)
})

it('docs/errors.md says for each code what to do', () => {
  for (const [code, , , , advice = '', ...rest] of rows) {
    expect(advice.length, code).toBeGreaterThan(10)
    expect(rest, code).toEqual([])
  }
})
