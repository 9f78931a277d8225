import { describe, expect, it } from 'vitest'
import { findCycle, findRoom, findViolation, listImports } from './check-imports.ts'

describe('listImports', () => {
  it('finds static, type, re-exported and dynamic imports', () => {
    const source = `
      import { a } from './a.ts'
      import type { B } from './b.ts'
      export { c } from './c.ts'
      export * from './d.ts'
      const e = await import('./e.ts')
    `
    expect(listImports('x.ts', source).toSorted()).toEqual([
      './a.ts',
      './b.ts',
      './c.ts',
      './d.ts',
      './e.ts',
    ])
  })
})

describe('findRoom', () => {
  it.each([
    ['errors.ts', 'errors'],
    ['wire/sigv4/verify.ts', 'wire/sigv4'],
    ['wire/message.ts', 'wire/message'],
    ['nowhere/x.ts', null],
  ])('%s is in %s', (file, room) => {
    expect(findRoom(file)).toBe(room)
  })
})

describe('findViolation', () => {
  it.each([
    ['operations/sts/x.ts', 'errors.ts', true],
    ['operations/sts/x.ts', 'operations/apis.ts', true],
    ['operations/sts/x.ts', 'http/create-http-server.ts', false],
    ['operations/sts/x.ts', 'wire/query/read-input.ts', false],
    ['operations/sts/x.ts', 'node:crypto', false],
    ['operations/iam/x.ts', 'operations/iam/actions/x.ts', false],
    ['operations/iam/actions/x.ts', 'operations/iam/x.ts', true],
    ['operations/iam/actions/x.ts', 'policy/parse-policy.ts', false],
    ['operations/registry.ts', 'operations/iam/actions/x.ts', true],
    ['wire/sigv4/verify.ts', 'wire/query/read-input.ts', false],
    ['wire/sigv4/verify.ts', 'node:crypto', true],
    ['wire/sigv4/verify.ts', 'node:fs', false],
    ['pipeline/pipeline.ts', 'composition.ts', false],
    ['cli/commands/serve.ts', 'composition.ts', true],
    ['composition.ts', 'cli/commands/serve.ts', false],
    ['nowhere/x.ts', 'errors.ts', false],
  ])('%s importing %s is allowed: %s', (file, target, isAllowed) => {
    expect(findViolation(file, target) === null).toBe(isAllowed)
  })
})

describe('findCycle', () => {
  it('names the files of a cycle in order', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['b']],
    ])
    expect(findCycle(graph)).toEqual(['b', 'c', 'b'])
  })

  it('accepts a diamond', () => {
    const graph = new Map([
      ['a', ['b', 'c']],
      ['b', ['d']],
      ['c', ['d']],
      ['d', []],
    ])
    expect(findCycle(graph)).toBeNull()
  })
})
