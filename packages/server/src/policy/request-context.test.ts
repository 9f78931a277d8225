import { expect, test } from 'vitest'
import { createRequestContext } from './request-context.ts'

test('keys are in lower case, values as they were given', () => {
  const context = createRequestContext([
    ['aws:PrincipalTag/Team', 'Red'],
    ['aws:TagKeys', ['A', 'b']],
    ['sts:ExternalId', ''],
  ])
  expect([...context]).toEqual([
    ['aws:principaltag/team', 'Red'],
    ['aws:tagkeys', ['A', 'b']],
    ['sts:externalid', ''],
  ])
})

test('a key cannot be given twice, in whatever case', () => {
  expect(() =>
    createRequestContext([
      ['aws:username', 'bob'],
      ['AWS:UserName', 'root'],
    ]),
  ).toThrow(new RangeError('the condition key AWS:UserName is given twice'))
})
