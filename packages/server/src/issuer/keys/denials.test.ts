import { describe, expect, it } from 'vitest'
import { parseAccountId } from '../../principals/identifiers.ts'
import { isDenied, NO_DENIALS, parseDenials } from './denials.ts'

const ACCOUNT_ID = parseAccountId('123456789012')
const THUMBPRINT = 'tttttttttt_tttttttttt-tttttttttttttttttttt0'

const KEY = {
  accountId: ACCOUNT_ID,
  algorithm: 'ES384',
  generation: 3,
  thumbprint: THUMBPRINT,
} as const
const OTHER = { ...KEY, generation: 4, thumbprint: 'o'.repeat(43) } as const

describe('a line', () => {
  it.each([
    ['a thumbprint', THUMBPRINT, true],
    ['a thumbprint with a reason', `  ${THUMBPRINT}\t# found in a log`, true],
    ['an account and a thumbprint', `${ACCOUNT_ID} ${THUMBPRINT}`, true],
    ['an account and a name as AWS gives it', `${ACCOUNT_ID} EC384_3`, true],
    ['another generation', `${ACCOUNT_ID} EC384_33`, false],
    ['another algorithm', `${ACCOUNT_ID} RSA_3`, false],
    ['another account', `000000000007 EC384_3`, false],
    ['another account with the thumbprint', `000000000007 ${THUMBPRINT}`, false],
    ['another thumbprint', 'x'.repeat(43), false],
    ['a comment', `# ${THUMBPRINT}`, false],
    ['nothing', ' \r', false],
  ])('%s: %s', (_what, line, denied) => {
    const denials = parseDenials(`# emergency\n\n${line}\n`)
    expect(denials.fault).toBeNull()
    expect(isDenied(denials, KEY)).toBe(denied)
    expect(isDenied(denials, OTHER)).toBe(false)
  })

  it.each([
    ['a name as AWS gives it without its account', 'EC384_3'],
    ['half a thumbprint', THUMBPRINT.slice(0, 30)],
    ['a thumbprint and more', `${THUMBPRINT}x`],
    ['three words', `${ACCOUNT_ID} EC384_3 leaked`],
    ['an account alone', ACCOUNT_ID],
    ['an account that is none', '12345 EC384_3'],
    ['a name of no algorithm', `${ACCOUNT_ID} HS256_3`],
    ['a JWK', `{"kid":"${THUMBPRINT}"}`],
    ['a zero byte', '\u0000'],
  ])('%s denies every key: %s', (_what, line) => {
    const denials = parseDenials(`${THUMBPRINT}\n${line}`)
    expect(denials.fault).toBe('line 2 names no key')
    expect(isDenied(denials, OTHER)).toBe(true)
  })
})

it('a list without keys is as none', () => {
  expect(parseDenials('')).toBe(NO_DENIALS)
  expect(parseDenials('# nothing now\n')).toBe(NO_DENIALS)
})

it('a key that is not made yet cannot be named', () => {
  const denials = parseDenials(`${ACCOUNT_ID} EC384_3`)
  expect(isDenied(denials, { ...KEY, thumbprint: null })).toBe(false)
})
