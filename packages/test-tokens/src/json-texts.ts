import { type BadTokens, bad } from './bad-token.ts'
import { composeToken, withText } from './compose-token.ts'

const DUPLICATES = 'RFC 7519 §4'
const OBJECT = 'RFC 7519 §7.2 (10)'
const JSON_GRAMMAR = 'RFC 8259 §2'

/** Deeper than any token needs; a reader that recurses may lose its stack. */
const DEPTH = 5000

/** Signed rightly, over a payload that no two readers need to read alike. */
export const JSON_TEXTS = {
  'duplicate-claim': bad(
    'a claim twice',
    DUPLICATES,
    'token_malformed',
    withText(text => text.replace('{', '{"sub":"arn:aws:iam::999999999999:role/admin",')),
  ),
  'duplicate-claim-escaped': bad(
    'a claim twice, once spelt with an escape',
    DUPLICATES,
    'token_malformed',
    withText(text => text.replace('{', '{"\\u0073ub":"arn:aws:iam::999999999999:role/admin",')),
  ),
  'duplicate-aws-claim': bad(
    'a claim of AWS twice',
    DUPLICATES,
    'token_malformed',
    withText(text => text.replace('"aws_account":', '"aws_account":"999999999999","aws_account":')),
  ),
  'duplicate-header-member': bad(
    'a header member twice',
    'RFC 7515 §4',
    'token_malformed',
    origin => {
      const { kid, alg } = origin.keys.ES384
      const header = `{"alg":"none","kid":${JSON.stringify(kid)},"typ":"JWT","alg":"${alg}"}`
      return composeToken(origin, { header })
    },
  ),
  'not-utf8': bad(
    'a payload that is not UTF-8',
    OBJECT,
    'token_malformed',
    withText(text => Buffer.from(text.replace('{', '{"name":"J\u00fcrgen",'), 'latin1')),
  ),
  'overlong-utf8': bad(
    'a payload with a letter in overlong UTF-8',
    'RFC 3629 §3',
    'token_malformed',
    withText(text =>
      Buffer.concat([
        Buffer.from('{"name":"'),
        Uint8Array.of(0xc1, 0x81),
        Buffer.from(`",${text.slice(1)}`),
      ]),
    ),
  ),
  'byte-order-mark': bad(
    'a payload that begins with a byte order mark',
    'RFC 8259 §8.1',
    'token_malformed',
    withText(text => `\ufeff${text}`),
  ),
  'payload-list': bad(
    'a payload that is a list',
    OBJECT,
    'token_malformed',
    withText(text => `[${text}]`),
  ),
  'payload-text': bad(
    'a payload that is JSON inside a JSON string',
    OBJECT,
    'token_malformed',
    withText(text => JSON.stringify(text)),
  ),
  'payload-null': bad(
    'a payload that is `null`',
    OBJECT,
    'token_malformed',
    withText(() => 'null'),
  ),
  'payload-empty': bad(
    'an empty payload',
    OBJECT,
    'token_malformed',
    withText(() => ''),
  ),
  'payload-twice': bad(
    'two payloads in a row',
    JSON_GRAMMAR,
    'token_malformed',
    withText(text => text + text),
  ),
  'payload-comment': bad(
    'a payload with a comment',
    JSON_GRAMMAR,
    'token_malformed',
    withText(text => text.replace('{', '{/* */')),
  ),
  'exp-nan': bad(
    '`exp` that is `NaN`',
    'RFC 8259 §6',
    'token_malformed',
    withText(text => text.replace(/"exp":\d+/, '"exp":NaN')),
  ),
  'deep-json': bad(
    'a claim nested 5000 deep',
    'RFC 8259 §9',
    'token_malformed',
    withText(text => text.replace('{', `{"deep":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)},`)),
  ),
} as const satisfies BadTokens
