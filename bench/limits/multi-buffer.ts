import type { Absence, Contestant } from '../measure/contest.ts'
import type { Machine } from '../measure/machine.ts'

/** The multi-buffer signer, if it is there. */
export interface MultiBuffer {
  readonly contestants: readonly Contestant[]
  readonly absences: readonly Absence[]
}

/** Eight signatures in one pass of the SIMD unit, where this version, the library and the CPU allow it. */
export async function createMultiBufferContestants(
  _machine: Machine,
  _durationMs: number,
): Promise<MultiBuffer> {
  const reason = 'this version has no multi-buffer signer'
  return {
    contestants: [],
    absences: [{ part: 'limits', name: 'multi-buffer signer', reason }],
  }
}
