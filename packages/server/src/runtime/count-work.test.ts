import { describe, expect, it } from 'vitest'
import { countWork, growthOf } from './test/count-work.ts'

describe('the counted work', () => {
  it.each<readonly [string, (text: string) => unknown, number]>([
    ['of reading one character', text => text.charCodeAt(3), 1],
    ['of a search that finds', text => text.indexOf('c', 1), 2],
    ['of a search that does not', text => text.includes('x'), 6],
    ['of a cut', text => text.slice(2), 4],
    ['of a loop over the characters', text => Array.from(text), 6],
    ['of an expression that matches', text => /b/.exec(text), 3],
    ['of an expression that does not', text => /x/.test(text), 7],
    ['of JSON', text => JSON.parse(`"${text}"`), 8],
    ['of a set', () => new Set([1, 2, 2]), 3],
    ['of nothing', () => null, 0],
  ])('%s is known', (_, run, work) => {
    expect(countWork(() => run('abcdef'))).toBe(work)
  })

  it('grows as the text where it is in proportion to that', () => {
    expect(growthOf(1000, length => 'a,'.repeat(length).split(','))).toBeCloseTo(4)
  })

  it.each<readonly [string, (length: number) => unknown]>([
    [
      'cuts off the rest of a text again and again',
      length => {
        for (let rest = 'a'.repeat(length); rest !== ''; rest = rest.slice(1)) rest.charAt(0)
      },
    ],
    [
      'looks from the beginning each time',
      length => {
        const text = `${'a'.repeat(length)}b`
        for (let count = 0; count < length; count += 1) text.indexOf('b')
      },
    ],
    [
      'searches the rest at every place',
      length => {
        const text = 'a'.repeat(length)
        for (let index = 0; index < length; index += 1) {
          const pattern = /b/g
          pattern.lastIndex = index
          pattern.test(text)
        }
      },
    ],
  ])('grows as the square where code %s', (_, run) => {
    expect(growthOf(1000, run)).toBeGreaterThan(12)
  })

  it('leaves the methods of the language as they were, also after a failure', () => {
    const { exec } = RegExp.prototype
    expect(() =>
      countWork(() => {
        throw new RangeError('in the middle')
      }),
    ).toThrow('in the middle')
    expect(RegExp.prototype.exec).toBe(exec)
    expect(countWork(() => 'a'.charAt(0))).toBe(1)
  })
})
