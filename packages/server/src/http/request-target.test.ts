import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isAcceptablePath, isSameHost, parseRequestTarget } from './request-target.ts'

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

describe('parseRequestTarget', () => {
  test.each([
    ['/', '/', ''],
    ['/?', '/', ''],
    ['/a?b=c?d', '/a', 'b=c?d'],
    ['?a', '', 'a'],
    ['*', '*', ''],
    ['//sts.example/a', '//sts.example/a', ''],
    ['/a?http://sts.example/', '/a', 'http://sts.example/'],
    ['ftp://sts.example/a', 'ftp://sts.example/a', ''],
    ['http:/a', 'http:/a', ''],
    ['sts.example:443', 'sts.example:443', ''],
  ])('takes %s as it is', (target, path, rawQuery) => {
    expect(parseRequestTarget(target)).toEqual({
      ...{ originForm: target, path, rawQuery },
      authority: null,
    })
  })

  test.each<[target: string, originForm: string, scheme: string, host: string]>([
    ['http://sts.example', '/', 'http', 'sts.example'],
    ['http://sts.example/', '/', 'http', 'sts.example'],
    ['https://sts.example:4747/a//b?c=%2f', '/a//b?c=%2f', 'https', 'sts.example:4747'],
    ['HTTP://STS.example?a=/b', '/?a=/b', 'http', 'STS.example'],
    ['http://sts.example//a', '//a', 'http', 'sts.example'],
    ['http://[::1]:80/a', '/a', 'http', '[::1]:80'],
    ['http://user@sts.example/a', '/a', 'http', 'user@sts.example'],
    ['http:///a', '/a', 'http', ''],
    ['http://sts.example#a', '/#a', 'http', 'sts.example'],
    ['http://sts.example/http://other.example/', '/http://other.example/', 'http', 'sts.example'],
  ])('takes the authority off %s', (target, originForm, scheme, host) => {
    expect(parseRequestTarget(target)).toMatchObject({ originForm, authority: { scheme, host } })
  })
})

describe('isSameHost', () => {
  test.each<[scheme: 'http' | 'https', host: string, header: string, expected: boolean]>([
    ['http', 'sts.example', 'sts.example', true],
    ['http', 'sts.example', ' STS.Example ', true],
    ['http', 'sts.example:80', 'sts.example', true],
    ['https', 'sts.example', 'sts.example:443', true],
    ['http', 'sts.example:4747', 'sts.example:4747', true],
    ['http', '[::1]:80', '[::1]', true],
    ['http', 'sts.example', 'sts.example:443', false],
    ['https', 'sts.example:80', 'sts.example', false],
    ['http', 'sts.example:4747', 'sts.example', false],
    ['http', 'sts.example', 'other.example', false],
    ['http', 'sts.example', 'sts.example.', false],
    ['http', 'sts.example', '', false],
    ['http', 'user@sts.example', 'user@sts.example', false],
    ['http', '', '', false],
  ])('%s://%s and Host: %s → %s', (scheme, host, header, expected) => {
    expect(isSameHost({ scheme, host }, header)).toBe(expected)
  })
})
