import { openTestLibrary } from '../../packages/server/src/signers/test/open-test-library.ts'
import type { Absence, Contestant } from '../measure/contest.ts'
import { repeat } from '../measure/repeat.ts'
import { createField } from '../signer/contestants.ts'
import { ALGORITHMS } from './bare-sign.ts'
import { createLimit } from './limit.ts'

/** The multi-buffer library as a limit, or why it is not there. */
export interface MultiBuffer {
  readonly contestants: readonly Contestant[]
  readonly absences: readonly Absence[]
}

/** Signatures of one pass: as many as the library makes at once. */
const LANES = 8

/** Full passes of the multi-buffer library, checks of their results included, on one thread. */
export async function createMultiBufferLimits(
  cores: number,
  durationMs: number,
): Promise<MultiBuffer> {
  const { library, missing } = await openTestLibrary()
  const name = `libcrypto_mb, ${LANES} lanes`
  if (library === null) {
    return { contestants: [], absences: [{ part: 'limits', name, reason: missing }] }
  }
  const contestants = ALGORITHMS.flatMap(algorithm => {
    const { contestants: ways } = createField(algorithm, { cryptoMb: library, nettle: null })
    const pass = ways.find(way => way.name.startsWith('one pass') && way.pending === LANES)
    if (pass === undefined) throw new Error(`bench/signer has no full pass for ${algorithm}`)
    return [
      createLimit({
        name,
        algorithm,
        cores,
        sign: () => repeat(pass.signAll, { each: LANES, durationMs }),
      }),
    ]
  })
  return { contestants, absences: [] }
}
