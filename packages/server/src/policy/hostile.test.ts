import { describe, expect, test } from 'vitest'
import { ServiceError } from '../errors.ts'
import { evaluateRequest } from './evaluate.ts'
import { MAX_POLICY_CHARACTERS, parsePolicy } from './parse-policy.ts'
import { createRequestContext } from './request-context.ts'

/**
 * Processor time, which other programs do not change. Far above what any of these takes, far below what
 * quadratic time would take (tens of seconds).
 */
const BOUND_MS = 2_000

const readCpuMs = (): number => process.cpuUsage().user / 1_000

/** A policy of the greatest size: `repeated` fills what `start` and `end` leave. */
function fill(start: string, repeated: string, end: string): string {
  const room = MAX_POLICY_CHARACTERS - start.length - end.length
  return start + repeated.repeat(Math.floor(room / repeated.length)) + end
}

const OPEN = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"'
const CONDITION = `${OPEN}*","Condition":{`

const DOCUMENTS: readonly (readonly [string, string])[] = [
  ['a text that never ends', fill('{"Id":"', 'x', '')],
  ['escapes that never end', fill('{"Id":"', '\\n', '')],
  ['white space that never ends', fill('{', ' ', '')],
  ['nesting that never ends', fill('', '[', '')],
  ['digits that never end', fill('[', '1', 'x')],
  ['empty statements', fill('{"Statement":[', '{},', '{}]}')],
  ['unknown elements', fill('{', '"":1,', '"":1}')],
  ['variables that are not closed', fill(OPEN, '${', '"}}')],
  ['white space in a variable', fill(`${OPEN}\${a:`, ' ', '}"}}')],
  ['words in a variable', fill(`${OPEN}\${a:`, 'b ', '\'}"}}')],
  ['colons in a variable', fill(`${OPEN}\${`, 'a:', '}"}}')],
  ['a default that never ends', fill(`${OPEN}\${a:b, '`, 'x', '"}}')],
  ['many variables', fill(`${OPEN}`, `\${a:b}`, '"}}')],
  ['many stars', fill(`${OPEN}arn:aws:s3:::`, '*', '"}}')],
  ['many colons', fill(`${OPEN}arn:aws:s3:`, ':', '"}}')],
  ['prefixes of operators', fill(`${CONDITION}"`, 'ForAllValues:', '":{}}}}')],
  ['suffixes of operators', fill(`${CONDITION}"`, 'IfExists', '":{}}}}')],
  ['digits of a malformed number', fill(`${CONDITION}"NumericEquals":{"a:b":"`, '1', 'x"}}}}')],
  ['zeros inside a number', fill(`${CONDITION}"NumericEquals":{"a:b":"1`, '0', '1"}}}}')],
  ['zeros of an address', fill(`${CONDITION}"IpAddress":{"a:b":"`, '0', '.1.1.x"}}}}')],
  ['zeros of a prefix length', fill(`${CONDITION}"IpAddress":{"a:b":"1.1.1.1/`, '0', 'x"}}}}')],
  ['groups of an address', fill(`${CONDITION}"IpAddress":{"a:b":"`, '::1', '"}}}}')],
  ['zeros of a date', fill(`${CONDITION}"DateEquals":{"a:b":"`, '0', 'x"}}}}')],
  ['base64 that breaks off', fill(`${CONDITION}"BinaryEquals":{"a:b":"`, 'A', '!"}}}}')],
  ['parts of an ARN', fill(`${CONDITION}"ArnLike":{"a:b":"arn`, ':*', '"}}}}')],
  ['spaces in a condition key', fill(`${CONDITION}"Bool":{"a:`, ' ', '\\n":"x"}}}}')],
]

describe('a policy of the greatest size is read in bounded time', () => {
  test.each(DOCUMENTS)('%s', (_, document) => {
    expect(document.length).toBeLessThanOrEqual(MAX_POLICY_CHARACTERS)
    const startMs = readCpuMs()
    try {
      parsePolicy(document, 'identity')
    } catch (error) {
      expect(error).toBeInstanceOf(ServiceError)
    }
    expect(readCpuMs() - startMs).toBeLessThan(BOUND_MS)
  })
})

describe('a request with long values is decided in bounded time', () => {
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
    const startMs = readCpuMs()
    evaluateRequest(request, {
      identity: [{ policyId: 'p', policy }],
      boundary: null,
      session: null,
      scopeDown: [],
      serviceControl: [],
      resourceControl: [],
      isAccountRoot: false,
    })
    expect(readCpuMs() - startMs).toBeLessThan(BOUND_MS)
  })
})
