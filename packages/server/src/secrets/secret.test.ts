import { format, inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret } from './secret.ts'

const VALUE = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const secret = new Secret(VALUE)

describe('Secret', () => {
  it.each([VALUE, '', 0, null, Uint8Array.of(1, 2, 3)])('reveals what it was given: %s', value => {
    expect(new Secret(value).reveal()).toBe(value)
  })

  it.each([
    ['a template', `${secret}`, '[redacted]'],
    ['a concatenation', `key: ${String(secret)}`, 'key: [redacted]'],
    ['JSON', JSON.stringify({ secret }), '{"secret":"[redacted]"}'],
    ['inspect', inspect(secret), '[redacted]'],
    [
      'inspect of what holds it, to any depth',
      inspect({ secret }, { depth: 9 }),
      '{ secret: [redacted] }',
    ],
    ['inspect with hidden members', inspect(secret, { showHidden: true }), '[redacted]'],
    ["console.log's %s", format('%s', secret), '[redacted]'],
    ["console.log's %o", format('%o', secret), '[redacted]'],
    ["console.log's %j", format('%j', secret), '"[redacted]"'],
    ['an error text', new Error(`bad ${secret}`).message, 'bad [redacted]'],
  ])('prints as [redacted] by %s', (_way, printed, expected) => {
    expect(printed).toBe(expected)
  })

  it('has nothing that an enumeration or a copy would find', () => {
    expect(Reflect.ownKeys(secret)).toEqual([])
    expect({ ...secret }).toEqual({})
    expect(structuredClone(secret)).toEqual({})
  })
})
