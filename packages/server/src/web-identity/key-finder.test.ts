import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { LoadSlots } from './key-finder.ts'

interface Job {
  readonly name: string
  readonly end: () => void
  readonly fail: (error: Error) => void
  readonly result: Promise<string>
}

/** Runs jobs that end when they are told to, and writes down which have begun. */
function createRunner(slots: LoadSlots) {
  const begun: string[] = []
  const start = (name: string, signal = new AbortController().signal): Job => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const result = slots.run(name.charAt(0), signal, () => {
      begun.push(name)
      return promise
    })
    result.catch(() => {})
    return { name, end: () => resolve(name), fail: reject, result }
  }
  return { begun, start }
}

describe('LoadSlots', () => {
  it('runs so many at one time, and the next in line when one ends', async () => {
    const { begun, start } = createRunner(new LoadSlots(2, 2))
    const jobs = ['a1', 'b1', 'c1', 'd1'].map(name => start(name))
    await setImmediate()
    expect(begun).toEqual(['a1', 'b1'])
    jobs[1]?.end()
    await jobs[1]?.result
    await setImmediate()
    expect(begun).toEqual(['a1', 'b1', 'c1'])
    for (const job of jobs) job.end()
    expect(await Promise.all(jobs.map(job => job.result))).toEqual(['a1', 'b1', 'c1', 'd1'])
  })

  it('lets others pass an owner that is at its limit', async () => {
    const { begun, start } = createRunner(new LoadSlots(3, 1))
    const jobs = ['a1', 'a2', 'a3', 'b1'].map(name => start(name))
    await setImmediate()
    expect(begun).toEqual(['a1', 'b1'])
    jobs[0]?.end()
    await setImmediate()
    expect(begun).toEqual(['a1', 'b1', 'a2'])
    for (const job of jobs) job.end()
    await Promise.all(jobs.map(job => job.result))
    expect(begun).toEqual(['a1', 'b1', 'a2', 'a3'])
  })

  it('gives back the place of work that failed', async () => {
    const { begun, start } = createRunner(new LoadSlots(1, 1))
    const [first, second] = [start('a1'), start('a2')]
    first.fail(new Error('no answer'))
    await expect(first.result).rejects.toThrow('no answer')
    second.end()
    await second.result
    expect(begun).toEqual(['a1', 'a2'])
  })

  it('lets who waits too long go, and its place in line with it', async () => {
    const { begun, start } = createRunner(new LoadSlots(1, 1))
    const controller = new AbortController()
    const [first, second, third] = [start('a1'), start('a2', controller.signal), start('a3')]
    await setImmediate()
    controller.abort(new Error('too long'))
    await expect(second.result).rejects.toThrow('too long')
    first.end()
    third.end()
    await third.result
    expect(begun).toEqual(['a1', 'a3'])
    const fourth = start('a4')
    fourth.end()
    await fourth.result
  })

  it('does not begin for who has given up already', async () => {
    const { begun, start } = createRunner(new LoadSlots(1, 1))
    await expect(start('a1', AbortSignal.abort(new Error('gone'))).result).rejects.toThrow('gone')
    expect(begun).toEqual([])
  })
})
