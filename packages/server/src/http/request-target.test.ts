import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isAcceptablePath, splitTarget } from './request-target.ts'

describe('isAcceptablePath', () => {
  test.each([
    ['/', true],
    ['//', true],
    ['/sts/', true],
    ['/a%20b', true],
    ['/a/..', true],
    ['/a/../..', false],
    ['/..', false],
    ['//..', false],
    ['/./..', false],
    ['/a/./../..', false],
    ['/%2e%2E', false],
    ['/.%2e', false],
    ['/a/%2e%2e', true],
    ['/...', true],
    ['/a/b/../../c', true],
    ['/%', false],
    ['/%z', false],
    ['/%zz', false],
    ['/%2', false],
    ['/%2f', true],
    ['/a#b', false],
    ['', false],
    ['*', false],
    ['sts', false],
    ['http://host/', false],
  ])('%s → %s', (path, expected) => {
    expect(isAcceptablePath(path)).toBe(expected)
  })

  test('a path is above the root exactly when some prefix of it climbs out', () => {
    const segment = fc.constantFrom('', '.', '..', '%2e', '%2E%2e', 'a', 'b.c')
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 12 }), segments => {
        const climbs = segments.some((_, index) => {
          const prefix = segments.slice(0, index + 1).map(decodeURIComponent)
          const ups = prefix.filter(text => text === '..').length
          const downs = prefix.filter(text => !['', '.', '..'].includes(text)).length
          return ups > downs
        })
        expect(isAcceptablePath(`/${segments.join('/')}`)).toBe(!climbs)
      }),
    )
  })
})

describe('splitTarget', () => {
  test.each([
    ['/', '/', ''],
    ['/?', '/', ''],
    ['/a?b=c?d', '/a', 'b=c?d'],
    ['?a', '', 'a'],
  ])('%s', (target, path, rawQuery) => {
    expect(splitTarget(target)).toEqual({ path, rawQuery })
  })
})
