import { expect, it } from 'vitest'
import type { StartInterval } from '../http/interval.ts'
import { StoreFailure } from '../store/failures.ts'
import type { Reading } from '../telemetry/metrics.ts'
import { createMemoryLog } from '../testing/memory-log.ts'
import { probeStore } from './probe-store.ts'

/** A store whose writes end when and as the test says, and a timer that the test moves. */
function start() {
  const writes: PromiseWithResolvers<void>[] = []
  const ticks = new Set<() => Promise<void>>()
  const every: StartInterval = (_intervalMs, task) => {
    ticks.add(task)
    return () => ticks.delete(task)
  }
  const store = {
    checkWritable: () => {
      const write = Promise.withResolvers<void>()
      writes.push(write)
      return write.promise
    },
  }
  const { logger, lines } = createMemoryLog()
  let readGauge: () => readonly Reading<'credence_store_failing'>[] = () => []
  const metrics = {
    readLater: (_name: string, read: typeof readGauge) => {
      readGauge = read
    },
  }
  const probe = probeStore(store, logger, metrics, every)
  return {
    probe,
    writes,
    log: () => lines.map(({ level, message }) => `${level}: ${message}`),
    gauge: () => readGauge()[0]?.value,
    tick: () => {
      for (const each of ticks) void each()
    },
    isRunning: () => ticks.size > 0,
  }
}

/** Lets everything go on that waits for nothing but its turn. */
const settle = () => new Promise(resolve => setImmediate(resolve))

const FULL = new StoreFailure('The store failed: the disk is full.')

it('tries at once, and says when writes begin to fail and when they succeed again', async () => {
  const { probe, writes, log, gauge, tick } = start()
  expect(writes).toHaveLength(1)
  expect([probe.findFailure(), gauge()]).toEqual([null, 0])
  const outcomes = [null, FULL, FULL, null, null]
  const found: unknown[] = []
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome === null) writes[index]?.resolve()
    else writes[index]?.reject(outcome)
    await settle()
    found.push([probe.findFailure(), gauge()])
    tick()
  }
  expect(found).toEqual([
    [null, 0],
    [FULL.message, 1],
    [FULL.message, 1],
    [null, 0],
    [null, 0],
  ])
  expect(log()).toEqual([
    'error: the store cannot be written',
    'info: the store can be written again',
  ])
})

it('tries one at a time, and has ended when it was stopped', async () => {
  const { probe, writes, tick, isRunning } = start()
  tick()
  tick()
  expect(writes).toHaveLength(1)
  let isStopped = false
  const stopping = probe.stop().then(() => {
    isStopped = true
  })
  await settle()
  expect([isStopped, isRunning()]).toEqual([false, false])
  writes[0]?.reject(FULL)
  await stopping
  expect(writes).toHaveLength(1)
})
