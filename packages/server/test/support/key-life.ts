import { onTestFinished } from 'vitest'
import { createIssuer } from '../../src/issuer/create-issuer.ts'
import { createRotation, type RotationReport } from '../../src/issuer/keys/rotation.ts'
import type { KeyRules } from '../../src/issuer/keys/slot.ts'
import type { CrashPoint, KeyStepDeps } from '../../src/issuer/keys/take-step.ts'
import { OWN_DOCUMENTS } from '../../src/issuer/keys/visibility.ts'
import type { SigningAlgorithm } from '../../src/principals/algorithms.ts'
import { createBinder } from '../../src/secrets/binder.ts'
import { createMasterKey } from '../../src/secrets/master-key.ts'
import type { IssuerKey, Store } from '../../src/store/ports.ts'
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { account, createOneName, createQuickSigner, NOW_MS, random } from './issuer-parts.ts'

/** Times that are easily added up. */
export const RULES: KeyRules = {
  rotateEveryMs: 10 * 86_400_000,
  publishBeforeMs: 86_400_000,
  keepAfterMs: 2 * 86_400_000,
}

/** A process that died at a crash point. */
export class Crash extends Error {
  override readonly name = 'Crash'
}

/** An account whose keys have a life, in a store in memory; and what rotates them, by a clock that tests move. */
export async function createKeyLife(rules: KeyRules = RULES) {
  const store = await createSqliteStore({ path: ':memory:' })
  onTestFinished(() => store.close())
  await store.createAccount(account)
  const now = { ms: NOW_MS, elapsedMs: 0 }
  const { signer, counts } = createQuickSigner()
  const binder = createBinder(createMasterKey(new Uint8Array(32).fill(5), 'a test'))
  const reported: { readonly kind: string; readonly generation: number }[] = []
  const failures: unknown[] = []
  const pauses: number[] = []
  const report: RotationReport = {
    changed: async step => void reported.push(step),
    failed: (_slot, _step, error) => void failures.push(error),
    paused: jumpMs => void pauses.push(jumpMs),
  }
  const deps: KeyStepDeps = { store, signer, binder, visibility: OWN_DOCUMENTS }
  const createIssuerHere = () =>
    createIssuer({
      store,
      signer,
      binder,
      random,
      issuerNames: createOneName('https://sts.example.org'),
      keyNaming: 'thumbprint',
      propagationDelayMs: 0,
      maxCachedAccounts: 10,
      reportRefusedKey: key => {
        throw new Error(`a key of generation ${key.generation} is refused`)
      },
    })
  const rotate = (changes: Partial<KeyStepDeps> = {}, ownStore: Store = store) =>
    createRotation({
      ...deps,
      ...changes,
      store: ownStore,
      rules,
      clock: { nowMs: () => now.ms },
      elapsedMs: () => now.elapsedMs,
      pause: async () => {},
      report,
    })
  return {
    store,
    signer,
    counts,
    binder,
    deps,
    now,
    reported,
    failures,
    pauses,
    rotate,
    createIssuer: createIssuerHere,
    /** Time goes by. */
    pass(durationMs: number): void {
      now.ms += durationMs
      now.elapsedMs += durationMs
    },
    async listKeys(algorithm: SigningAlgorithm = 'ES384'): Promise<readonly IssuerKey[]> {
      const keys = await store.listIssuerKeys(account.id)
      return keys.filter(key => key.algorithm === algorithm)
    },
    /** `0 retiring, 1 active, 2 prepared`. */
    async describeKeys(algorithm: SigningAlgorithm = 'ES384'): Promise<string> {
      const keys = await store.listIssuerKeys(account.id)
      return keys
        .filter(key => key.algorithm === algorithm)
        .toSorted((a, b) => a.generation - b.generation)
        .map(({ generation, state }) => `${generation} ${state}`)
        .join(', ')
    },
  }
}

/** Dies when the point is reached for the given time. */
export function crashAt(point: CrashPoint, times = 1): (reached: CrashPoint) => void {
  let left = times
  return reached => {
    if (reached !== point) return
    left -= 1
    if (left === 0) throw new Crash(point)
  }
}
