import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StartInterval } from '../http/interval.ts'
import { StoreLostError, StoreOpenError } from '../store/failures.ts'
import { DataLockedError } from '../store/sqlite/data-lock.ts'
import { createMemoryLog } from '../testing/memory-log.ts'
import { guardData } from './guard-data.ts'

let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'credence-guard-'))
  path = join(directory, 'store.db')
  writeFileSync(path, 'x')
})

afterEach(() => rmSync(directory, { recursive: true }))

/** A guard whose time the test moves, over a lock that does what the test wants. */
function start(renew: () => void = () => {}) {
  const ticks = new Set<() => Promise<void>>()
  const every: StartInterval = (intervalMs, task) => {
    // A loss is noticed within a second.
    expect(intervalMs).toBeLessThanOrEqual(1000)
    ticks.add(task)
    return () => ticks.delete(task)
  }
  const { logger, lines } = createMemoryLog()
  const lock = { renew, release: async () => {} }
  const guard = guardData({ path, isOpenHere: true, lock, logger, every })
  const tick = () => {
    for (const each of ticks) void each()
  }
  return { guard, tick, lines, isLooking: () => ticks.size > 0 }
}

describe('guarding the data', () => {
  it('says nothing while all is well, and renews the lock', () => {
    let renewals = 0
    const { guard, tick, lines } = start(() => {
      renewals += 1
    })
    tick()
    tick()
    expect(renewals).toBe(2)
    expect(guard.isSafe()).toBe(true)
    expect(lines).toEqual([])
    guard.stop()
  })

  it('tells a loss once, and looks no more', async () => {
    const { guard, tick, lines, isLooking } = start()
    renameSync(path, `${path}.away`)
    tick()
    const error = await guard.lost
    expect(error).toBeInstanceOf(StoreLostError)
    expect(error.message).toBe(
      `The file ${path} was removed while the server had it open. The server has stopped: what it would have written from then on would be lost. Stop it first to restore a backup or to move the store.`,
    )
    expect(isLooking()).toBe(false)
    expect(guard.isSafe()).toBe(false)
    expect(lines.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      'error: the server stops: the store is no longer its own',
    ])
  })

  it('gives up when another server has taken the lock', async () => {
    const { guard, tick } = start(() => {
      throw new DataLockedError(directory, 7)
    })
    tick()
    expect((await guard.lost).message).toMatch(/^Another server \(process 7\) is already using /)
  })

  it('goes on when the lock cannot be renewed for another reason, and says so once', () => {
    let isFull = true
    const { guard, tick, lines } = start(() => {
      if (isFull) throw new StoreOpenError('the disk is full')
    })
    tick()
    tick()
    expect(lines.map(({ message }) => message)).toEqual(['the lock of the data cannot be renewed'])
    isFull = false
    expect(guard.isSafe()).toBe(true)
    guard.stop()
  })
})
