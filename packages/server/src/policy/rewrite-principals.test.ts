import { expect, test } from 'vitest'
import { rewriteAwsPrincipals } from './rewrite-principals.ts'

const rename = (text: string): string => text.replace(/^a/, 'b"')

test.each([
  [
    'one',
    '{"Statement":{"Principal":{"AWS":"a1"}}}',
    '{"Statement":{"Principal":{"AWS":"b\\"1"}}}',
  ],
  [
    'several, in their places',
    '{ "Statement" : [ {"Principal":{"AWS":["a1", "x",\t"a2"]}}, {"NotPrincipal":{"AWS":"a3"}} ] }',
    '{ "Statement" : [ {"Principal":{"AWS":["b\\"1", "x",\t"b\\"2"]}}, {"NotPrincipal":{"AWS":"b\\"3"}} ] }',
  ],
  [
    'however they are escaped',
    '{"Statement":{"Principal":{"AWS":["\\u0061\\"\\\\", "\\\\"]}}}',
    '{"Statement":{"Principal":{"AWS":["b\\"\\"\\\\", "\\\\"]}}}',
  ],
])('replaces %s', (_, document, expected) => {
  const rewritten = rewriteAwsPrincipals(document, rename)
  expect(rewritten).toBe(expected)
  expect(() => JSON.parse(rewritten)).not.toThrow()
})

test.each([
  '{"Statement":{"Principal":{"Federated":"a1"},"Action":"a2","Condition":{"AWS":"a3"}}}',
  '{"Statement":{"Principal":"a1"}}',
  '{"Statement":"a1","Principal":{"AWS":"a2"}}',
  '{"Statement":[]}',
  '{}',
  '[]',
])('leaves everything else alone: %s', document => {
  expect(rewriteAwsPrincipals(document, rename)).toBe(document)
})
