import { describe, expect, it } from 'vitest'
import type { AccessKeyId } from '../principals/identifiers.ts'
import type { LastUse } from '../store/iam-ports.ts'
import { createKeyId } from '../store/test/records.ts'
import { createLastUses } from './last-uses.ts'

const USE: LastUse = { usedAtMs: 1_000, region: 'eu-west-1', service: 'sts' }

/** A store whose saves the test answers by hand. */
function setUp(maxEntries = 3) {
  const saves: {
    readonly uses: ReadonlyMap<AccessKeyId, LastUse>
    readonly answer: PromiseWithResolvers<void>
  }[] = []
  const save = (uses: ReadonlyMap<AccessKeyId, LastUse>) => {
    const answer = Promise.withResolvers<void>()
    saves.push({ uses, answer })
    return answer.promise
  }
  return { saves, keyUses: createLastUses({ save, maxEntries }) }
}

function listSaved(saves: ReturnType<typeof setUp>['saves'], index: number) {
  return [...(saves[index]?.uses ?? [])].map(([id, { usedAtMs }]) => [id, usedAtMs])
}

describe('last uses', () => {
  it('are saved when asked, the newest of each key, and once', async () => {
    const { saves, keyUses } = setUp()
    keyUses.record(createKeyId(1), USE)
    keyUses.record(createKeyId(2), USE)
    keyUses.record(createKeyId(1), { ...USE, usedAtMs: 1_002 })
    keyUses.record(createKeyId(1), { ...USE, usedAtMs: 1_001 })
    expect(saves).toHaveLength(0)
    const saving = keyUses.save()
    saves[0]?.answer.resolve()
    await saving
    expect(listSaved(saves, 0)).toEqual([
      [createKeyId(1), 1_002],
      [createKeyId(2), 1_000],
    ])
    await keyUses.save()
    expect(saves).toHaveLength(1)
  })

  it.each([
    { maxEntries: 2, saved: 2 },
    { maxEntries: 3, saved: 3 },
    { maxEntries: 4, saved: 3 },
  ])('of three keys take no more room than $maxEntries', async ({ maxEntries, saved }) => {
    const { saves, keyUses } = setUp(maxEntries)
    for (const number of [1, 2, 3]) keyUses.record(createKeyId(number), USE)
    keyUses.record(createKeyId(1), { ...USE, usedAtMs: 2_000 })
    keyUses.save()
    expect(listSaved(saves, 0)).toHaveLength(saved)
    expect(listSaved(saves, 0)[0]).toEqual([createKeyId(1), 2_000])
  })

  it('that come while others are saved wait for the next time', async () => {
    const { saves, keyUses } = setUp()
    keyUses.record(createKeyId(1), USE)
    const first = keyUses.save()
    keyUses.record(createKeyId(2), USE)
    saves[0]?.answer.resolve()
    await first
    keyUses.save()
    expect(listSaved(saves, 0)).toEqual([[createKeyId(1), 1_000]])
    expect(listSaved(saves, 1)).toEqual([[createKeyId(2), 1_000]])
  })

  it('that cannot be saved wait too, unless newer ones have come', async () => {
    const { saves, keyUses } = setUp()
    keyUses.record(createKeyId(1), USE)
    keyUses.record(createKeyId(2), USE)
    const first = keyUses.save()
    keyUses.record(createKeyId(1), { ...USE, usedAtMs: 2_000 })
    saves[0]?.answer.reject(new Error('disk full'))
    await expect(first).rejects.toThrow('disk full')
    keyUses.save()
    expect(listSaved(saves, 1)).toEqual([
      [createKeyId(1), 2_000],
      [createKeyId(2), 1_000],
    ])
  })
})
