import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { CACHE_DIFFERENCES } from './cache-scenarios.ts'
import { DIFFERENCES } from './differences.ts'
import { listHostileDocuments } from './hostile-documents.ts'
import { listHostileTokens } from './hostile-tokens.ts'
import { createWorld, openServer, openVerifier, type Verdict } from './readers.ts'

interface Outcome {
  readonly name: string
  readonly verifier: Verdict
  readonly server: Verdict
}

const outcomes: Outcome[] = []

beforeAll(async () => {
  for (const { name, token, answers } of [...listHostileTokens(), ...listHostileDocuments()]) {
    const world = createWorld(answers)
    const verifier = await openVerifier(world).read(token)
    outcomes.push({ name, verifier, server: await openServer(world).read(token) })
  }
})

describe('@credence/verify and the server, given the same tokens and key sets', () => {
  it('come to the same verdict, whatever is not listed', () => {
    const differing = outcomes.filter(({ verifier, server }) => verifier !== server)
    const isListed = ({ name }: Outcome) => DIFFERENCES.some(({ cases }) => cases.test(name))
    expect(differing.filter(outcome => !isListed(outcome))).toEqual([])
  })

  it.each(DIFFERENCES)('differ as listed: $title', ({ title, cases, verifier, server }) => {
    const covered = outcomes.filter(({ name }) => cases.test(name))
    expect(covered, title).not.toEqual([])
    for (const outcome of covered) expect(outcome).toMatchObject({ verifier, server })
  })

  it.each<Verdict>(['accepted', 'form refused', 'no key', 'signature refused'])(
    'often enough agree on: %s',
    verdict => {
      const agreeing = outcomes.filter(({ verifier, server }) => verifier === server)
      expect(agreeing.filter(({ server }) => server === verdict).length).toBeGreaterThan(50)
    },
  )

  it('are given no two cases of one name', () => {
    expect(new Set(outcomes.map(({ name }) => name)).size).toBe(outcomes.length)
  })
})

it('the record lists these differences, and no others', () => {
  const path = '../../../../docs/decisions/0190-two-readers-of-tokens.md'
  const record = readFileSync(join(import.meta.dirname, path), 'utf8')
  const titles = record.matchAll(/^\| (?!Difference|-)(.+?) +\|/gm)
  expect([...titles].map(([, title]) => title)).toEqual(
    [...DIFFERENCES, ...CACHE_DIFFERENCES].map(({ title }) => title),
  )
})
