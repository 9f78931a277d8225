import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyText } from '../../test/any-text.ts'
import { compilePattern } from './match-pattern.ts'

/** The same by a regular expression: obvious, but without a bound on its time. */
const naive = (pattern: string, value: string): boolean => {
  const source = pattern.replace(/\*\*|\*|[^*]/gsu, part => {
    if (part === '**') return '.*'
    if (part === '*') return '[^/:]*'
    return part.replace(/[\\^$.*+?()[\]{}|/-]/u, '\\$&')
  })
  return new RegExp(`^${source}$`, 'su').test(value)
}

describe('compilePattern', () => {
  it.each([
    ['deployer', 'deployer', true],
    ['deployer', 'deployer2', false],
    ['deployer', 'xdeployer', false],
    ['deployer', 'Deployer', false],
    ['', '', true],
    ['', 'x', false],
    ['*', '', true],
    ['*', 'anything', true],
    ['*', 'a/b', false],
    ['*', 'a:b', false],
    ['**', '', true],
    ['**', 'a/b:c', true],
    ['ci-*', 'ci-', true],
    ['ci-*', 'ci-7', true],
    ['ci-*', 'ci-7/admin', false],
    ['ci-*', 'ci', false],
    ['ci-**', 'ci-7/admin', true],
    ['*-prod', 'a-prod', true],
    ['*-prod', 'a-prod-x', false],
    ['*-prod', '-prod', true],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'a1b2c', true],
    ['a*b*c', 'a1b2cc', true],
    ['a*b*c', 'a1c', false],
    ['a*b*c', 'acb', false],
    ['a/**/z', 'a/b/c/z', true],
    ['a/**/z', 'a//z', true],
    ['a/**/z', 'a/z', false],
    ['a/**z', 'a/z', true],
    ['**/z', 'x/y/z', true],
    ['**/*', 'a/b', true],
    ['**/*', 'ab', false],
    ['***', 'a/b', true],
    ['***x', 'a/bx', true],
    ['a.c', 'abc', false],
    ['a?c', 'abc', false],
    ['a?c', 'a?c', true],
    ['[ab]*', 'a', false],
    ['[ab]*', '[ab]c', true],
    ['é*', 'éa', true],
    ['*𐍈', 'a𐍈', true],
    ['a*', 'a\n', true],
    ['arn:aws:iam::123456789012:role/ci/*', 'arn:aws:iam::123456789012:role/ci/x', true],
    ['arn:aws:iam::123456789012:role/ci/*', 'arn:aws:iam::123456789012:role/ci/x/y', false],
    ['arn:aws:iam::123456789012:role/*', 'arn:aws:iam::123456789012:role/ci/x', false],
    ['arn:aws:iam::*:role/x', 'arn:aws:iam::999999999999:role/x', true],
  ])('%j, %j: %s', (pattern, value, matches) => {
    expect(compilePattern(pattern)(value)).toBe(matches)
  })

  it('agrees with the obvious way', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', ':', '*'), maxLength: 8 })
    const value = fc.string({ unit: fc.constantFrom('a', 'b', '/', ':'), maxLength: 8 })
    fc.assert(
      fc.property(text, value, (pattern, candidate) => {
        expect(compilePattern(pattern)(candidate)).toBe(naive(pattern, candidate))
      }),
      { numRuns: 2000 },
    )
  })

  it('matches itself when it has no wildcard', () => {
    fc.assert(
      fc.property(anyText, text => {
        fc.pre(!text.includes('*'))
        expect(compilePattern(text)(text)).toBe(true)
      }),
    )
  })
})
