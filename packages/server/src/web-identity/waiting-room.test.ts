import { describe, expect, it } from 'vitest'
import { ServiceError } from '../errors.ts'
import { MemoryBudget } from '../runtime/memory-budget.ts'
import { WaitingRoom } from './waiting-room.ts'

const BYTES = 10

function createRoom(options: {
  readonly maxWaiting?: number
  readonly maxWaitingPerProvider?: number
  readonly memoryBytes?: number
}) {
  const { maxWaiting = 100, maxWaitingPerProvider = 100, memoryBytes = 10_000 } = options
  const refused: string[] = []
  const memory = new MemoryBudget(memoryBytes)
  const room = new WaitingRoom({
    ...{ maxWaiting, maxWaitingPerProvider, memory, bytesPerCall: BYTES },
    onRefused: ({ arn }) => refused.push(arn),
  })
  /** Waits for a provider of an account until it is told to go on; `begun` says whether it began. */
  const enter = (accountId: string, arn = `${accountId}/idp`) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const call = { begun: false, resolve, reject, outcome: Promise.resolve('') }
    const waited = room.wait({ accountId, arn }, () => {
      call.begun = true
      return promise
    })
    call.outcome = waited.then(
      () => 'done',
      error => (error instanceof ServiceError ? `${error.code}: ${error.message}` : String(error)),
    )
    return call
  }
  return { room, memory, refused, enter }
}

const THROTTLED = 'Throttling: Rate exceeded'

describe('WaitingRoom', () => {
  it('has a number of places, and one is free again when a call leaves', async () => {
    const { room, refused, enter } = createRoom({ maxWaiting: 2 })
    const [first, second, third] = [enter('a'), enter('a'), enter('a')]
    expect([first?.begun, second?.begun, third?.begun]).toEqual([true, true, false])
    expect(await third?.outcome).toBe(THROTTLED)
    expect([room.waiting, room.refused]).toEqual([2, 1])
    expect(refused).toEqual(['a/idp'])
    first?.resolve()
    expect(await first?.outcome).toBe('done')
    expect(room.waiting).toBe(1)
    expect(enter('a').begun).toBe(true)
  })

  it('has a smaller number for one provider', async () => {
    const { room, enter } = createRoom({ maxWaitingPerProvider: 1 })
    const calls = [enter('a', 'a/1'), enter('a', 'a/1'), enter('a', 'a/2'), enter('b', 'b/1')]
    expect(calls.map(({ begun }) => begun)).toEqual([true, false, true, true])
    expect(await calls[1]?.outcome).toBe(THROTTLED)
    calls[0]?.reject(new Error('no answer'))
    expect(await calls[0]?.outcome).toBe('Error: no answer')
    expect(enter('a', 'a/1').begun).toBe(true)
    expect(room.waiting).toBe(3)
  })

  it('takes what its calls hold from the budget, and gives it back', async () => {
    const { memory, enter } = createRoom({ memoryBytes: 2 * BYTES + 9 })
    const calls = [enter('a'), enter('b'), enter('c')]
    expect(calls.map(({ begun }) => begun)).toEqual([true, true, false])
    expect(await calls[2]?.outcome).toBe(THROTTLED)
    expect(memory.refusals).toBe(1)
    calls[0]?.resolve()
    await calls[0]?.outcome
    expect(enter('c').begun).toBe(true)
  })

  it('gives an account with fewer places the last one of the account with most', async () => {
    const { room, refused, enter } = createRoom({ maxWaiting: 4 })
    const many = [enter('a'), enter('a'), enter('a'), enter('a')]
    const other = enter('b')
    expect(other.begun).toBe(true)
    expect(await many[3]?.outcome).toBe(THROTTLED)
    expect(enter('b').begun).toBe(true)
    expect(await many[2]?.outcome).toBe(THROTTLED)
    // Both have two: neither takes from the other any more.
    expect(await enter('b').outcome).toBe(THROTTLED)
    expect(await enter('a').outcome).toBe(THROTTLED)
    expect(room.waiting).toBe(4)
    expect(refused).toEqual(['a/idp', 'a/idp', 'b/idp', 'a/idp'])
    many[3]?.resolve()
    await many[3]?.outcome
    expect(room.waiting).toBe(4)
  })

  it('gives a third account one of the larger of two', async () => {
    const { enter } = createRoom({ maxWaiting: 5 })
    const calls = [enter('a'), enter('b'), enter('b'), enter('b'), enter('a')]
    expect(enter('c').begun).toBe(true)
    expect(await calls[3]?.outcome).toBe(THROTTLED)
  })

  it('forgets accounts and providers that nobody waits for', async () => {
    const { room, memory, enter } = createRoom({ maxWaiting: 1, memoryBytes: BYTES })
    for (let count = 0; count < 10; count += 1) {
      const call = enter(`account-${count}`)
      call.resolve()
      expect(await call.outcome).toBe('done')
    }
    expect([room.waiting, room.refused, memory.refusals]).toEqual([0, 0, 0])
    expect(memory.take(BYTES)).toBe(true)
  })
})
