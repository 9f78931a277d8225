import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createIssuer } from '../../src/issuer/create-issuer.ts'
import type { CrashPoint } from '../../src/issuer/keys/take-step.ts'
import { createBinder } from '../../src/secrets/binder.ts'
import { createMasterKey } from '../../src/secrets/master-key.ts'
import { createStoreFile } from '../../src/store/sqlite/create-store-file.ts'
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import {
  account,
  createOneName,
  createQuickSigner,
  NOW_MS,
  random,
} from '../support/issuer-parts.ts'
import { RULES } from '../support/key-life.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 120_000 })

const SCRIPT = join(import.meta.dirname, '../support/rotate-until-killed.ts')
const binder = createBinder(createMasterKey(new Uint8Array(32).fill(5), 'a test'))

/** A store with one account that has just begun. */
async function createInstallation(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'credence-kill-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'credence.db')
  await createStoreFile(path, random, async store => {
    await store.createAccount(account)
    const issuer = createIssuer({
      store,
      signer: createQuickSigner('first').signer,
      binder,
      random,
      issuerNames: createOneName('https://sts.example.org'),
      keyNaming: 'thumbprint',
      propagationDelayMs: 0,
      maxCachedAccounts: 1,
      reportRefusedKey: () => {},
    })
    await issuer.enableFederation(account, NOW_MS)
  })
  return path
}

/** How a process ended that rotated the keys until it came to a point: null when it had nothing to do there. */
function rotate(
  path: string,
  point: CrashPoint | 'none',
  times: number,
  nowMs: number,
  name: string,
) {
  const args = [SCRIPT, path, point, String(times), String(nowMs), name]
  return new Promise<string | number | null>(resolve => {
    execFile(process.execPath, args, (error, _output, errors) => {
      if (error && !error.signal) throw new Error(errors)
      resolve(error?.signal ?? 0)
    })
  })
}

async function listStates(path: string): Promise<readonly string[]> {
  const store = await createSqliteStore({ path })
  const keys = await store.listIssuerKeys(account.id)
  await store.close()
  return keys
    .toSorted((a, b) => a.algorithm.localeCompare(b.algorithm) || a.generation - b.generation)
    .map(({ algorithm, generation, state }) => `${algorithm} ${generation} ${state}`)
}

it.each<CrashPoint>(['before-making', 'after-making', 'before-commit', 'after-commit'])(
  'a rotation that is killed %s goes on at the next start, and no key is lost or doubled',
  async point => {
    const path = await createInstallation()
    let kills = 0
    for (const [round, waitMs] of [0, RULES.rotateEveryMs, RULES.keepAfterMs].entries()) {
      const nowMs = NOW_MS + waitMs + (round === 2 ? RULES.rotateEveryMs : 0)
      // Each process gets one step further than the one before.
      for (let attempt = 0; attempt < 8; attempt += 1) {
        if ((await rotate(path, point, 1 + (attempt % 2), nowMs, `${round}-${attempt}-`)) === 0)
          break
        kills += 1
        const states = await listStates(path)
        for (const state of ['active', 'prepared', 'intended']) {
          for (const algorithm of ['RS256', 'ES384']) {
            const found = states.filter(each => each.startsWith(algorithm) && each.endsWith(state))
            if (state === 'active') expect(found).toHaveLength(1)
            else expect(found.length).toBeLessThan(2)
          }
        }
      }
      await rotate(path, 'none', 1, nowMs, `${round}-end-`)
    }
    expect(kills).toBeGreaterThan(2)
    expect(await listStates(path)).toEqual(
      ['ES384', 'RS256'].flatMap(each => [
        `${each} 0 retired`,
        `${each} 1 active`,
        `${each} 2 prepared`,
      ]),
    )
  },
)
