import { describe, expect, test } from 'vitest'
import { ServiceError } from '../errors.ts'
import { countWork, growthOf } from '../runtime/test/count-work.ts'
import { evaluateRequest } from './evaluate.ts'
import { MAX_POLICY_CHARACTERS, parsePolicy } from './parse-policy.ts'
import { createRequestContext } from './request-context.ts'
import { fill, HOSTILE_DOCUMENTS } from './test/hostile-documents.ts'

describe('the work of reading a policy grows with its length, up to the greatest', () => {
  test.each(HOSTILE_DOCUMENTS)('%s', (_, create) => {
    const growth = growthOf(MAX_POLICY_CHARACTERS / 4, length => {
      try {
        parsePolicy(create(length), 'identity')
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error
      }
    })
    expect(growth).toBeLessThan(5)
  })

  test('a policy beyond the greatest length is refused unread', () => {
    const document = fill('{', ' ', '')(MAX_POLICY_CHARACTERS + 1)
    expect(
      countWork(() => expect(() => parsePolicy(document, 'identity')).toThrow(ServiceError)),
    ).toBeLessThan(MAX_POLICY_CHARACTERS / 100)
  })
})

/** The most that a value of n units costs, whatever the pattern (`matchWildcard`). */
const mostReads = (units: number): number => units ** 2 / 4 + units

describe('the work of deciding about a request with long values is bounded', () => {
  const long = 'a'.repeat(1_000)
  const many = Array<string>(10).fill(long)

  test.each([
    ['more stars than characters', `${'*a'.repeat(3_000)}*b`],
    ['many stars and no end', `${'*a'.repeat(900)}*b*`],
    ['a long run', `*${'a'.repeat(500)}b*`],
    ['a long run of question marks', `*${'?'.repeat(500)}b*`],
    ['runs that nearly match', `${'*aaab'.repeat(200)}*`],
  ])('%s', (_, pattern) => {
    const statement = (condition: object) => ({
      Effect: 'Allow',
      Action: '*',
      Resource: [`arn:aws:s3:?:?:${pattern}`, '*'],
      Condition: condition,
    })
    const policy = parsePolicy(
      JSON.stringify({
        Statement: [
          statement({ 'ForAnyValue:StringLike': { 'k:many': pattern } }),
          statement({ StringLike: { 'k:one': pattern } }),
          statement({ 'ForAnyValue:ArnLike': { 'k:arns': `arn:*:*:*:*:${pattern}` } }),
        ],
      }),
      'session',
    )
    const request = {
      action: `sts:${long}`,
      resource: `arn:aws:s3:::${long.replaceAll('aa', ':a')}`,
      context: createRequestContext([
        ['k:many', many],
        ['k:one', long],
        ['k:arns', many.map(value => `arn:aws:iam:::${value}`)],
      ]),
    }
    const work = countWork(() =>
      evaluateRequest(request, {
        identity: [{ policyId: 'p', policy }],
        boundary: null,
        session: null,
        scopeDown: [],
        serviceControl: [],
        resourceControl: [],
        isAccountRoot: false,
      }),
    )
    // Ten values twice, one once, and the resource, for each statement that asks for it.
    expect(work).toBeLessThan(24 * mostReads(1_100))
  })
})
