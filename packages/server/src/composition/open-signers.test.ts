import { expect, it } from 'vitest'
import { loadConfig } from '../config/load-config.ts'
import type { SigningAlgorithm } from '../principals/algorithms.ts'
import { NODE } from '../signers/node/node-signer.ts'
import type { SignerKind, SignerStatus } from '../signers/signer-kind.ts'
import { createMemoryLog } from '../testing/memory-log.ts'
import { SYSTEM_RANDOM } from './environment.ts'
import { openSigners } from './open-signers.ts'

const COUNTS = { passes: 1, signatures: 2, signedAlone: 3, badResults: 4, isStopped: false }
const NOTHING = { passes: 0, signatures: 0, signedAlone: 0, badResults: 0, isStopped: false }

function createKind(
  kind: SignerKind['kind'],
  algorithms: readonly SigningAlgorithm[],
  { isThere, summary }: { readonly isThere: boolean; readonly summary: string | null },
): SignerKind {
  const counts = isThere ? Object.fromEntries(algorithms.map(each => [each, COUNTS])) : {}
  const status = (): SignerStatus => ({ summary, counts })
  return {
    kind,
    algorithms,
    open: async ({ logger }) => ({
      signer: isThere ? { openKey: () => null } : null,
      status,
      announce: () => logger.info({}, `${kind} ${isThere ? 'signs' : 'is not there'}`),
    }),
  }
}

const both = ['RS256', 'ES384'] as const
const lanes = createKind('libcrypto_mb', both, { isThere: true, summary: 'libcrypto_mb 1' })
const noLanes = createKind('libcrypto_mb', both, { isThere: false, summary: 'no IFMA' })
const nettle = createKind('nettle', ['ES384'], { isThere: true, summary: 'nettle 3' })
const noNettle = createKind('nettle', ['ES384'], { isThere: false, summary: null })

async function open(table: readonly SignerKind[]) {
  const { config } = loadConfig({ file: null, env: {}, flags: [], readFile: () => '' })
  const { logger, lines } = createMemoryLog()
  const opened = await openSigners({ config, random: SYSTEM_RANDOM, logger }, table)
  opened.announce()
  return { opened, announced: lines.map(({ message }) => message) }
}

it.each([
  [
    'lanes for everything: nobody looks for Nettle',
    [lanes, nettle, NODE],
    {
      kind: 'libcrypto_mb',
      count: 2,
      summary: 'libcrypto_mb 1',
      counts: { RS256: COUNTS, ES384: COUNTS },
      announced: ['libcrypto_mb signs'],
    },
  ],
  [
    'Nettle for what it signs, node:crypto for the rest',
    [noLanes, nettle, NODE],
    {
      kind: 'nettle',
      count: 2,
      summary: 'node:crypto (no IFMA), ES384 by nettle 3',
      counts: { RS256: NOTHING, ES384: COUNTS },
      announced: ['libcrypto_mb is not there', 'nettle signs'],
    },
  ],
  [
    'node:crypto alone',
    [noLanes, noNettle, NODE],
    {
      kind: 'node-crypto',
      count: 1,
      summary: 'node:crypto (no IFMA)',
      counts: null,
      announced: ['libcrypto_mb is not there', 'nettle is not there'],
    },
  ],
  [
    'a table of nothing else',
    [NODE],
    { kind: 'node-crypto', count: 1, summary: 'node:crypto', counts: null, announced: [] },
  ],
])('%s', async (_, table, { kind, count, announced, ...status }) => {
  const result = await open(table)
  expect(result.opened.kind).toBe(kind)
  expect(result.opened.signers).toHaveLength(count)
  expect(result.opened.status()).toEqual(status)
  expect(result.announced).toEqual(announced)
})

it('asks node:crypto last, which takes every key', async () => {
  const { opened } = await open([lanes, nettle, NODE])
  const [first, last] = opened.signers
  const sign = async () => new Uint8Array()
  const key = {} as Parameters<NonNullable<typeof first>['openKey']>[1]
  expect(first?.openKey('RS256', key, sign)).toBeNull()
  expect(last?.openKey('RS256', key, sign)).toMatchObject({ algorithm: 'RS256', sign })
})
