import type { Absence, Contestant } from '../measure/contest.ts'

/** The multi-buffer library as a limit, or why it is not there. */
export interface MultiBuffer {
  readonly contestants: readonly Contestant[]
  readonly absences: readonly Absence[]
}

/** Eight signatures in one pass of the SIMD unit, where this version has them. */
export async function createMultiBufferLimits(
  _cores: number,
  _durationMs: number,
): Promise<MultiBuffer> {
  const reason = 'this version has no multi-buffer signer'
  return { contestants: [], absences: [{ part: 'limits', name: 'libcrypto_mb', reason }] }
}
