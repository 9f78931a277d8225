import { describe, expect, it } from 'vitest'
import { PARTS, parseOptions } from './options.ts'

describe('parseOptions', () => {
  it('measures everything when nothing is said', () => {
    expect(parseOptions([])).toMatchObject({ parts: PARTS, rounds: 5, seconds: 4, isQuick: false })
  })

  it.each([
    [['--only', 'peers'], ['peers']],
    [
      ['--only', 'peers,limits'],
      ['limits', 'peers'],
    ],
    [
      ['--only', 'growth', '--only', 'issue'],
      ['issue', 'growth'],
    ],
  ])('%j', (args, parts) => {
    expect(parseOptions(args).parts).toEqual(parts)
  })

  it('lets a quick run be longer', () => {
    expect(parseOptions(['--quick', '--rounds', '2'])).toMatchObject({
      rounds: 2,
      seconds: 1,
      isQuick: true,
    })
  })

  it.each([
    [['--rounds', '0'], '--rounds takes a whole number from 1 to 50'],
    [['--rounds', '1.5'], '--rounds takes a whole number from 1 to 50'],
    [['--rounds', ''], '--rounds takes a whole number from 1 to 50'],
    [['--seconds', '61'], '--seconds takes a number from 0.2 to 60'],
    [['--seconds', 'x'], '--seconds takes a number from 0.2 to 60'],
    [['--only', 'limit'], '--only takes limits, issue, starts, growth, peers; not limit'],
  ])('refuses %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message)
  })

  it.each([[['--fast']], [['issue']]])('refuses %j', args => {
    expect(() => parseOptions(args)).toThrow()
  })
})
