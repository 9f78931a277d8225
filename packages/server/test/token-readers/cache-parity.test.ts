import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { readFreshSeconds as readFreshSecondsOfVerifier } from '../../../verify/src/keys/cache-control.ts'
import { readFreshSeconds } from '../../src/web-identity/issuer-documents.ts'
import {
  createKeyPair,
  formatKeySet,
  NOW_SECONDS,
  signToken,
} from '../../src/web-identity/test/tokens.ts'
import {
  ALIKE,
  CACHE_DIFFERENCES,
  type CacheTimes,
  type Scenario,
  SERVER_TIMES,
  VERIFIER_TIMES,
} from './cache-scenarios.ts'
import { CLAIMS } from './case.ts'
import { createWorld, openServer, openVerifier, type Reader, type ReaderWorld } from './readers.ts'

const FIRST = createKeyPair('ES384', 'first')
const NEXT = createKeyPair('ES384', 'next')
/** Longer than any keys are kept. */
const LASTING = { ...CLAIMS, exp: NOW_SECONDS + 100_000 }
const TOKENS = { first: signToken(FIRST, LASTING), next: signToken(NEXT, LASTING) }
const SETS = { both: formatKeySet(FIRST, NEXT), next: formatKeySet(NEXT), none: formatKeySet() }

/** What comes of each step: the verdict, and how often keys were loaded by then. */
async function play(
  { steps }: Scenario,
  open: (world: ReaderWorld) => Reader,
  times: CacheTimes,
): Promise<readonly string[]> {
  const world = createWorld({ jwks: formatKeySet(FIRST) })
  const reader = open(world)
  const outcomes: string[] = []
  for (const { after, answers, signer = 'first' } of steps(times, SETS)) {
    world.nowMs += after * 1000
    world.answers = { ...world.answers, ...answers }
    const verdict = await reader.read(TOKENS[signer])
    // What was begun in the background ends.
    for (let turn = 0; turn < 10; turn += 1) await setImmediate()
    outcomes.push(`${verdict}, ${reader.loads} loads`)
  }
  return outcomes
}

describe('the key caches of @credence/verify and of the server, each in its own times', () => {
  it.each(ALIKE)('do the same: $title', async scenario => {
    const verifier = await play(scenario, openVerifier, VERIFIER_TIMES)
    expect(await play(scenario, openServer, SERVER_TIMES)).toEqual(verifier)
  })

  it.each(CACHE_DIFFERENCES)('differ as listed: $title', async difference => {
    const verifier = await play(difference, openVerifier, VERIFIER_TIMES)
    const server = await play(difference, openServer, SERVER_TIMES)
    expect({ verifier, server }).toEqual({
      verifier: difference.verifier,
      server: difference.server,
    })
  })
})

it.each([
  ...[
    '',
    'public',
    'max-age=300',
    'MAX-AGE=300',
    'max-age="300"',
    'max-age = 300',
    ' max-age=300 ',
  ],
  ...['max-age=0', 'max-age', 'max-age=', 'max-age=-1', 'max-age=1.5', 'max-age=1e9', 'max-age=3x'],
  ...['max-age=9999999999', 'max-age=99999999999', 's-maxage=300', 'xmax-age=300', 'no-store'],
  ...[
    'no-cache',
    'no-cache="x"',
    'no-store, max-age=300',
    'max-age=300,max-age=60',
    'a,,max-age=9',
  ],
  ...['max-age=300;no-store', 'max-age=+300', "max-age='300'", 'max-age="300', 'no-store=1'],
])('Cache-Control %j means the same to both, whatever the age', cacheControl => {
  for (const age of [null, '', '0', '100', '99999999999', '-1', 'x', '1.5']) {
    const get = (name: string) => (name === 'age' ? age : cacheControl)
    expect(readFreshSeconds({ text: '', cacheControl, age })).toBe(
      readFreshSecondsOfVerifier({ get }),
    )
  }
})
