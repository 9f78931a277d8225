/**
 * Each section of `docs/spec` that a comment, a test or a document cites must exist.
 *
 * Exists because a citation is the only way back from a line of code to the reason for it, and one
 * that leads nowhere is noticed by nobody but the reader who needs it.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../', import.meta.url)
const PAGES = ['aws-wire', 'aws-wire-news'] as const

interface Citation {
  readonly page: string
  readonly section: string
}

/** A page's name, then sections joined by commas, "and" or "to"; rows of a table may be named between. */
const CITATION =
  /\b(aws-wire(?:-news)?)((?:,? (?:and |to )?§\d+(?:\.\d+)*(?: rows? \d+[a-d]?(?: (?:and|to) \d+[a-d]?)?)?)+)/g

/** The citations of a text; a comment that goes on in the next line is read as one line. */
function findCitations(text: string): readonly Citation[] {
  const flowing = text.replace(/\n\s*(?:\*|\/\/|#)?\s*/g, ' ')
  return [...flowing.matchAll(CITATION)].flatMap(([, page = '', list = '']) =>
    [...list.matchAll(/§(\d+(?:\.\d+)*)/g)].map(([, section = '']) => ({ page, section })),
  )
}

function readSections(page: string): ReadonlySet<string> {
  const text = readFileSync(new URL(`docs/spec/${page}.md`, ROOT), 'utf8')
  return new Set(
    [...text.matchAll(/^#{2,3} (\d+(?:\.\d+)*)\.? /gm)].map(([, number = '']) => number),
  )
}

function listFiles(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  return listed.split('\n').filter(file => /\.(?:ts|js|mjs|py|md|json|sh|yaml)$/.test(file))
}

describe('the reader of citations', () => {
  const cases: readonly (readonly [text: string, citations: readonly string[]])[] = [
    ['(aws-wire §5.3)', ['aws-wire 5.3']],
    ['aws-wire §1.5, §7.3 row 4', ['aws-wire 1.5', 'aws-wire 7.3']],
    ['aws-wire §5.1 to §5.5', ['aws-wire 5.1', 'aws-wire 5.5']],
    ['see aws-wire\n   * §3.6).', ['aws-wire 3.6']],
    ['aws-wire-news §2 and §3', ['aws-wire-news 2', 'aws-wire-news 3']],
    ['aws-wire §7.3, rows; RFC 9110 §5.3', ['aws-wire 7.3']],
    ['nothing of the kind', []],
  ]
  it.each(cases)('finds in %j what is cited', (text, citations) => {
    expect(findCitations(text).map(({ page, section }) => `${page} ${section}`)).toEqual(citations)
  })
})

it('every cited section exists', () => {
  const sections = new Map(PAGES.map(page => [page as string, readSections(page)]))
  const found = listFiles().flatMap(file =>
    file === 'tools/spec-citations.test.ts'
      ? []
      : findCitations(readFileSync(new URL(file, ROOT), 'utf8')).map(citation => ({
          file,
          ...citation,
        })),
  )
  expect(found.length).toBeGreaterThan(150)
  expect(found.filter(({ page, section }) => !sections.get(page)?.has(section))).toEqual([])
})
