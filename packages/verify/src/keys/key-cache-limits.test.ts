import { describe, expect, it } from 'vitest'
import { codeThrown } from '../../test/tokens.ts'
import { parseKeyCacheLimits } from './key-cache-limits.ts'

describe('parseKeyCacheLimits', () => {
  it('takes the defaults for what is not given', () => {
    expect(parseKeyCacheLimits({})).toEqual({
      minSeconds: 30,
      maxSeconds: 900,
      staleIfErrorSeconds: 3600,
      unknownKeyCooldownSeconds: 10,
    })
    expect(parseKeyCacheLimits({ maxSeconds: 60 })).toMatchObject({
      minSeconds: 30,
      maxSeconds: 60,
    })
  })

  it.each([
    ['minSeconds', 0, 3600],
    ['maxSeconds', 1, 86_400],
    ['staleIfErrorSeconds', 0, 604_800],
    ['unknownKeyCooldownSeconds', 1, 3600],
  ])('bounds %s to %i up to %i', (name, least, most) => {
    const limits = name === 'minSeconds' ? { maxSeconds: 86_400 } : { minSeconds: 0 }
    const codes = [least, most, least - 1, most + 1, least + 0.5, undefined].map(value =>
      codeThrown(() => parseKeyCacheLimits({ ...limits, [name]: value })),
    )
    expect(codes).toEqual(['accepted', 'accepted', ...Array(4).fill('options_invalid')])
    expect(() => parseKeyCacheLimits({ [name]: -1 })).toThrow(
      `keyCache.${name} is not ${least} to ${most}`,
    )
  })

  it('refuses a least that is more than the most', () => {
    expect(codeThrown(() => parseKeyCacheLimits({ minSeconds: 60, maxSeconds: 60 }))).toBe(
      'accepted',
    )
    const contradict = () => parseKeyCacheLimits({ minSeconds: 61, maxSeconds: 60 })
    expect(contradict).toThrow('keyCache.minSeconds is more than keyCache.maxSeconds')
    expect(codeThrown(contradict)).toBe('options_invalid')
  })

  it('refuses a name that it does not know', () => {
    const misspelt: object = { maximumSeconds: 1 }
    expect(() => parseKeyCacheLimits(misspelt)).toThrow(
      'there is no option "keyCache.maximumSeconds"; there are keyCache.minSeconds, keyCache.maxSeconds,',
    )
    expect(codeThrown(() => parseKeyCacheLimits(misspelt))).toBe('options_invalid')
    const inherited: object = JSON.parse('{"toString":1}')
    expect(() => parseKeyCacheLimits(inherited)).toThrow('there is no option "keyCache.toString"')
  })
})
