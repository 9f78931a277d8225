import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { moveKeyFiles } from './key-files.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'credence-key-files-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const OLD = 'o'.repeat(32)
const NEW = 'n'.repeat(32)

/** Files by their names, and what becomes of them. */
function move(files: Readonly<Record<string, string>>) {
  const placeOf = (name: string): string => join(directory, name)
  for (const [name, content] of Object.entries(files)) writeFileSync(placeOf(name), content)
  const moved = moveKeyFiles({
    main: { kind: 'file', path: placeOf('main') },
    nextFile: placeOf('next'),
    previousFile: placeOf('previous'),
  })
  const left = readdirSync(directory).map(name => [name, readFileSync(placeOf(name), 'utf8')])
  return { moved, left: Object.fromEntries(left) }
}

describe('moving the files of master keys', () => {
  it.each([
    ['at first', { main: OLD, next: NEW }],
    ['after a run that was killed between the two steps', { main: OLD, next: NEW, previous: OLD }],
  ])('keeps the key before, %s', (_when, files) => {
    expect(move(files)).toEqual({ moved: { isMoved: true }, left: { main: NEW, previous: OLD } })
  })

  it('loses no key where a still older one was left', () => {
    const files = { main: OLD, next: NEW, previous: 'x'.repeat(32) }
    const { moved, left } = move(files)
    expect(moved).toMatchObject({ reason: expect.stringMatching(/previous holds another key$/) })
    expect(left).toEqual(files)
  })
})
