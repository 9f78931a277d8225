import { describe, expect, it } from 'vitest'
import { createTurns } from './turns.ts'

describe('turns', () => {
  it('come one after the other under one key, also after a failure', async () => {
    const takeTurn = createTurns()
    const steps: string[] = []
    const work = (name: string, fails: boolean) => async () => {
      steps.push(`${name} begins`)
      await Promise.resolve()
      await Promise.resolve()
      steps.push(`${name} ends`)
      if (fails) throw new Error(name)
      return name
    }
    const results = await Promise.allSettled([
      takeTurn('key', work('first', false)),
      takeTurn('key', work('second', true)),
      takeTurn('key', work('third', false)),
    ])
    expect(steps).toEqual([
      'first begins',
      'first ends',
      'second begins',
      'second ends',
      'third begins',
      'third ends',
    ])
    expect(results).toMatchObject([
      { status: 'fulfilled', value: 'first' },
      { status: 'rejected', reason: new Error('second') },
      { status: 'fulfilled', value: 'third' },
    ])
    expect(await takeTurn('key', async () => 'fourth')).toBe('fourth')
  })

  it('of another key wait for nobody', async () => {
    const takeTurn = createTurns()
    const { promise, resolve } = Promise.withResolvers<string>()
    const waiting = takeTurn('key', () => promise)
    expect(await takeTurn('other', async () => 'done')).toBe('done')
    resolve('at last')
    expect(await waiting).toBe('at last')
  })
})
