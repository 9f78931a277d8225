import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalPath } from './canonical-path.ts'

describe('canonicalPath', () => {
  it.each([
    ['/', '/'],
    ['/sts', '/sts'],
    ['/sts/', '/sts/'],
    ['/%41', '/%2541'],
  ])('%j is signed as %j', (path, canonical) => {
    expect(canonicalPath(path)).toBe(canonical)
  })

  it('changes nothing in a path of plain segments', () => {
    const segment = fc.stringMatching(/^[\w~-][\w.~-]{0,9}$/)
    fc.assert(
      fc.property(fc.array(segment), fc.constantFrom('', '/'), (segments, end) => {
        const path = `/${segments.join('/')}${segments.length > 0 ? end : ''}`
        expect(canonicalPath(path)).toBe(path)
      }),
    )
  })

  it('is absolute, without empty or dot segments, and of unreserved bytes', () => {
    const segment = fc.oneof(
      fc.constantFrom('', '.', '..', '...', '%2e', 'a b', '\u00e9'),
      fc.stringMatching(/^[\w!$&'()*+,;=:@.~-]{0,5}$/),
    )
    fc.assert(
      fc.property(fc.array(segment), segments => {
        // Deep enough that no run of `..` leads above the root.
        const path = `${'/up'.repeat(segments.length)}/${segments.join('/')}`
        const canonical = canonicalPath(path)
        expect(canonical).toMatch(/^\/(?:[\w.~/-]|%[\dA-F]{2})*$/)
        expect(canonical.slice(1).split('/').slice(0, -1)).not.toContain('')
        expect(canonical.split('/')).not.toContain('.')
        expect(canonical.split('/')).not.toContain('..')
        expect(canonical.endsWith('/')).toBe(path.endsWith('/') || canonical === '/')
      }),
    )
  })
})
