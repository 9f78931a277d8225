import { describe, expect, it } from 'vitest'
import { JsonScanner } from './json-scanner.ts'

describe('JsonScanner', () => {
  it('takes tokens in their order, with the white space before them', () => {
    const scanner = new JsonScanner(' {\n"a" :\t-1.5e+3 } ')
    expect(scanner.findNext()).toBe(1)
    expect(scanner.takeCharacter('[')).toBe(false)
    expect(scanner.takeCharacter('{')).toBe(true)
    expect(scanner.takeString()).toBe('a')
    expect(scanner.takeCharacter(':')).toBe(true)
    expect(scanner.takeLiteral()).toBe('-1.5e+3')
    expect(scanner.isNext('')).toBe(false)
    expect(scanner.takeCharacter('}')).toBe(true)
    expect(scanner.isNext('')).toBe(true)
    expect(scanner.findNext()).toBe(19)
  })

  it.each([
    ['"\\u0061\\/\\n"', 'a/\n'],
    ['"\\ud800"', '\ud800'],
    ['""', ''],
  ])('takes the string %s', (text, value) => {
    expect(new JsonScanner(text).takeString()).toBe(value)
  })

  it.each(['', 'a', "'a'", '"a', '"\\x41"', '"\\u12"', '"\n"', '"\u0000"', '\u00a0"a"'])(
    'takes no string from %j, and stays where it is',
    text => {
      const scanner = new JsonScanner(text)
      expect(scanner.takeString()).toBeNull()
      expect(scanner.findNext()).toBe(0)
    },
  )

  it.each(['0', '-0', '1.50', '1E9', 'true', 'false', 'null'])('takes the literal %s', text => {
    expect(new JsonScanner(text).takeLiteral()).toBe(text)
  })

  it.each(['', '+1', '.5', 'NaN', 'Infinity', 'True', '"1"'])('takes no literal from %j', text => {
    expect(new JsonScanner(text).takeLiteral()).toBeNull()
  })
})
