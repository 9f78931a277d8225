import {
  openTestLibrary,
  TEST_LIBRARY,
} from '../../packages/server/src/signers/test/open-test-library.ts'
import { openTestNettle } from '../../packages/server/src/signers/test/open-test-nettle.ts'
import type { Absence } from '../measure/contest.ts'
import { createWorkerSettings } from './worker-settings.ts'

type Settings = Readonly<Record<string, unknown>>

/** A way to run Credence that is compared with the plainest one. */
export interface Variant {
  readonly name: string
  readonly settings: Settings
}

/** What waits is measured here, and no request refused; refusals are measured by `bench/overload`. */
const PATIENT: Settings = { limits: { maxWaitMilliseconds: 60_000 } }

/** Signatures by node:crypto alone, also where the multi-buffer library or Nettle is installed. */
export const PLAIN: Settings = { ...PATIENT, signer: { multiBuffer: 'off', nettle: 'off' } }

/** The ways that this version and this machine allow: more processes, the signers of the system, both. */
export async function listVariants(cores: number): Promise<{
  readonly variants: readonly Variant[]
  readonly absences: readonly Absence[]
}> {
  const variants: Variant[] = []
  const absences: Absence[] = []
  const lack = (name: string, reason: string) => absences.push({ part: 'issue', name, reason })
  const workers = createWorkerSettings(cores)
  const many = `Credence, ${cores} processes`
  if (workers === null) lack(many, 'this version has no setting for it')
  else variants.push({ name: many, settings: { ...PLAIN, ...workers } })
  const nettle = 'Credence, Nettle'
  const { missing: reason } = await openTestNettle()
  if (reason === null) {
    const settings = { ...PATIENT, signer: { multiBuffer: 'off', nettle: 'on' } }
    variants.push({ name: nettle, settings })
    if (workers !== null) {
      variants.push({
        name: `${nettle}, ${cores} processes`,
        settings: { ...settings, ...workers },
      })
    }
  } else lack(nettle, reason)
  const { missing } = await openTestLibrary()
  const fast = 'Credence, multi-buffer'
  if (missing !== null) {
    lack(fast, missing)
    return { variants, absences }
  }
  const signer = { multiBuffer: 'on', multiBufferLibrary: TEST_LIBRARY }
  variants.push({ name: fast, settings: { ...PATIENT, signer } })
  if (workers !== null) {
    variants.push({
      name: `${fast}, ${cores} processes`,
      settings: { ...PATIENT, signer, ...workers },
    })
  }
  return { variants, absences }
}
