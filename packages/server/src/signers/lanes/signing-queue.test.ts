import { describe, expect, it } from 'vitest'
import { createErasableKey, type LaneJob, type LaneKey } from './lanes.ts'
import { createSigningQueue } from './signing-queue.ts'

/** A queue whose turns end when the test says so, and that notes who was signed how. */
function openQueue(minLanes: number, isBad: (text: string) => boolean = () => false) {
  const tasks: (() => void)[] = []
  const passes: string[][] = []
  const alone: string[] = []
  const queue = createSigningQueue<LaneKey>({
    minLanes,
    schedule: task => tasks.push(task),
    signTogether(jobs: readonly LaneJob<LaneKey>[]) {
      const texts = jobs.map(({ signingInput }) => Buffer.from(signingInput).toString())
      passes.push(texts)
      return texts.map(text => (isBad(text) ? null : Buffer.from(`lane ${text}`)))
    },
  })
  const openKey = () => createErasableKey({ bytes: new Uint8Array(1), address: 1n })
  const sign = async (text: string, key: LaneKey = openKey()): Promise<string> => {
    const signature = await queue.sign({
      key,
      signingInput: Buffer.from(text),
      signAlone: async input => {
        alone.push(Buffer.from(input).toString())
        return Buffer.from(`alone ${Buffer.from(input).toString()}`)
      },
    })
    return Buffer.from(signature).toString()
  }
  const endTurn = () => {
    for (const task of tasks.splice(0)) task()
  }
  return { sign, endTurn, openKey, tasks, passes, alone }
}

const textsOf = (count: number) => Array.from({ length: count }, (_, index) => `${index}`)

describe('what is signed together', () => {
  it.each([
    { minLanes: 3, pending: 1, passes: [], alone: 1 },
    { minLanes: 3, pending: 2, passes: [], alone: 2 },
    { minLanes: 3, pending: 3, passes: [3], alone: 0 },
    { minLanes: 3, pending: 8, passes: [8], alone: 0 },
    { minLanes: 3, pending: 9, passes: [8], alone: 1 },
    { minLanes: 3, pending: 19, passes: [8, 8, 3], alone: 0 },
    { minLanes: 1, pending: 1, passes: [1], alone: 0 },
    { minLanes: 1, pending: 17, passes: [8, 8, 1], alone: 0 },
  ])('of $pending with at least $minLanes', async ({ minLanes, pending, passes, alone }) => {
    const queue = openQueue(minLanes)
    const texts = textsOf(pending)
    const signing = texts.map(text => queue.sign(text))
    for (let turn = 0; turn < 3; turn += 1) queue.endTurn()
    const signatures = await Promise.all(signing)
    expect(queue.passes.map(pass => pass.length)).toEqual(passes)
    expect(queue.alone).toHaveLength(alone)
    expect(signatures.map(signature => signature.split(' ')[1])).toEqual(texts)
  })
})

it('makes one pass a turn, in the order of coming, and fills up with what came meanwhile', async () => {
  const queue = openQueue(1)
  const signing = textsOf(10).map(text => queue.sign(text))
  queue.endTurn()
  expect(queue.passes).toEqual([textsOf(8)])
  signing.push(queue.sign('late'))
  queue.endTurn()
  expect(queue.passes[1]).toEqual(['8', '9', 'late'])
  await Promise.all(signing)
  expect(queue.tasks).toEqual([])
})

it('asks for the end of a turn once, and again for the next request', async () => {
  const queue = openQueue(1)
  const first = [queue.sign('a'), queue.sign('b')]
  expect(queue.tasks).toHaveLength(1)
  queue.endTurn()
  await Promise.all(first)
  const second = queue.sign('c')
  expect(queue.tasks).toHaveLength(1)
  queue.endTurn()
  expect(await second).toBe('lane c')
})

it('signs alone what has no result, and gives the others theirs', async () => {
  const queue = openQueue(1, text => text === '1')
  const signing = textsOf(3).map(text => queue.sign(text))
  queue.endTurn()
  expect(await Promise.all(signing)).toEqual(['lane 0', 'alone 1', 'lane 2'])
})

it('leaves out a key that was erased while it waited', async () => {
  const queue = openQueue(3)
  const closed = queue.openKey()
  const signing = [queue.sign('0', closed), ...['1', '2', '3'].map(text => queue.sign(text))]
  closed.erase()
  queue.endTurn()
  expect(await Promise.all(signing)).toEqual(['alone 0', 'lane 1', 'lane 2', 'lane 3'])
})
