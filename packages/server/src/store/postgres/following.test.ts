import { beforeEach, describe, expect, it } from 'vitest'
import { StoreFailure } from '../failures.ts'
import { Following } from './following.ts'

/** A question to the database that a test answers. */
interface Question {
  readonly answer: (topics: readonly string[]) => Promise<void>
  readonly fail: () => Promise<void>
}

const GONE = new StoreFailure('The store failed: the connection to the database was cut.')

let monotonicMs: number
let wallMs: number
let questions: Question[]
let ages: number[]

beforeEach(() => {
  monotonicMs = 1_000
  wallMs = 1_700_000_000_000
  questions = []
  ages = []
})

function pass(ms: number): void {
  monotonicMs += ms
  wallMs += ms
}

function createFollowing(maxStalenessMs = 2_000): Following {
  const load = () =>
    new Promise<readonly string[]>((resolve, reject) => {
      const settle = async () => {
        // Until whoever waits has gone on.
        for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
      }
      questions.push({
        answer: topics => {
          resolve(topics)
          return settle()
        },
        fail: () => {
          reject(GONE)
          return settle()
        },
      })
    })
  return new Following({
    log: { load },
    maxStalenessMs,
    onConfirmed: ageMs => ages.push(ageMs),
    clocks: { monotonicMs: () => monotonicMs, wallMs: () => wallMs },
  })
}

/** What becomes of a call, as far as it has come. */
function watch(call: Promise<readonly string[]>) {
  const seen: { outcome: readonly string[] | Error | null } = { outcome: null }
  call.then(
    topics => {
      seen.outcome = topics
    },
    error => {
      seen.outcome = error
    },
  )
  return seen
}

describe('knowledge that is young enough', () => {
  it('is used without a question, at its bound too, and no longer', async () => {
    const following = createFollowing()
    pass(2_000)
    expect(await following.take()).toEqual([])
    expect(questions).toHaveLength(0)
    pass(1)
    const late = watch(following.take())
    expect(questions).toHaveLength(1)
    await questions[0]?.answer(['a'])
    expect(late.outcome).toEqual(['a'])
    expect(following.ageMs).toBe(0)
  })

  it('tells what was found meanwhile, once', async () => {
    const following = createFollowing()
    void following.look()
    await questions[0]?.answer(['a', 'b'])
    expect(await following.take()).toEqual(['a', 'b'])
    expect(await following.take()).toEqual([])
  })

  it('is as old as the question, not as its answer', async () => {
    const following = createFollowing()
    pass(300)
    void following.look()
    pass(1_500)
    await questions[0]?.answer([])
    expect(following.ageMs).toBe(1_500)
    expect(ages).toEqual([1_800])
  })
})

describe('a process that stood still', () => {
  it.each([
    ['a frozen process', () => pass(60_000)],
    [
      'a suspended machine, whose monotonic clock stood still',
      () => {
        wallMs += 60_000
      },
    ],
    [
      'a clock that somebody has set back meanwhile',
      () => {
        monotonicMs += 60_000
        wallMs -= 3_600_000
      },
    ],
  ])('asks before it answers: %s', async (_, standStill) => {
    const following = createFollowing()
    standStill()
    const first = watch(following.take())
    expect(questions).toHaveLength(1)
    await questions[0]?.answer(['user:changed'])
    expect(first.outcome).toEqual(['user:changed'])
  })
})

describe('a question', () => {
  it('is asked for what this process has written itself, however young its knowledge', async () => {
    const following = createFollowing()
    following.noteNews()
    const own = watch(following.take())
    expect(questions).toHaveLength(1)
    await questions[0]?.answer(['own'])
    expect(own.outcome).toEqual(['own'])
    expect(await following.take()).toEqual([])
    expect(questions).toHaveLength(1)
  })

  it('that was sent before a call came is not enough for it', async () => {
    const following = createFollowing(0)
    const early = watch(following.take())
    const late = [watch(following.take()), watch(following.take())]
    expect(questions).toHaveLength(1)
    await questions[0]?.answer(['a'])
    expect(early.outcome).toEqual(['a'])
    expect(late.map(each => each.outcome)).toEqual([null, null])
    await questions[1]?.answer(['b'])
    expect(late.map(each => each.outcome)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
    expect(questions).toHaveLength(2)
  })

  it('keeps nobody waiting for more than two, however many come', async () => {
    const following = createFollowing(0)
    for (let round = 0; round < 50; round += 1) {
      const call = watch(following.take())
      const asked = questions.length
      await questions[asked - 1]?.answer([])
      await questions[asked]?.answer([])
      expect(call.outcome).toEqual([])
      expect(questions.length - asked).toBeLessThanOrEqual(1)
    }
  })

  it('that is under way for it is waited for by all that come meanwhile', async () => {
    const following = createFollowing()
    following.noteNews()
    const calls = [watch(following.take()), watch(following.take())]
    expect(calls.map(each => each.outcome)).toEqual([null, null])
    await questions[0]?.answer(['own'])
    await questions[1]?.answer([])
    expect(calls.map(each => each.outcome)).toEqual([['own'], ['own']])
  })

  it('that fails is told to those who waited for it, and loses nothing', async () => {
    const following = createFollowing()
    following.noteNews()
    const first = watch(following.take())
    const second = watch(following.take())
    await questions[0]?.fail()
    expect(first.outcome).toBe(GONE)
    await questions[1]?.answer(['a'])
    expect(second.outcome).toEqual(['a'])
  })

  it('that fails where nobody waits leaves young knowledge in use, until it is too old', async () => {
    const following = createFollowing()
    void following.look()
    await questions[0]?.fail()
    pass(2_001)
    const call = watch(following.take())
    await questions[1]?.fail()
    expect(call.outcome).toBe(GONE)
    expect(ages).toEqual([])
  })
})
