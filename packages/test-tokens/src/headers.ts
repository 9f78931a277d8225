import { type BadTokens, bad } from './bad-token.ts'
import { composeToken, withHeader } from './compose-token.ts'

const CRITICAL = 'RFC 7515 §4.1.11'

/** Wrong in what the header asks for. */
export const HEADERS = {
  'crit-unknown': bad(
    '`crit` with an unknown extension',
    CRITICAL,
    'token_malformed',
    withHeader({ crit: ['x-policy'], 'x-policy': 'deny' }),
  ),
  'crit-empty': bad('an empty `crit`', CRITICAL, 'token_malformed', withHeader({ crit: [] })),
  'crit-absent-member': bad(
    '`crit` with a name that is not there',
    CRITICAL,
    'token_malformed',
    withHeader({ crit: ['exp'] }),
  ),
  b64: bad(
    'a payload that says it is not encoded (`b64`)',
    'RFC 7797 §6',
    'token_malformed',
    withHeader({ b64: false, crit: ['b64'] }),
  ),
  'typ-other': bad(
    '`typ: at+jwt`',
    'RFC 8725 §3.11',
    'token_malformed',
    withHeader({ typ: 'at+jwt' }),
  ),
  'typ-number': bad(
    '`typ` as a number',
    'RFC 7515 §4.1.9',
    'token_malformed',
    withHeader({ typ: 1 }),
  ),
  'kid-number': bad(
    '`kid` as a number',
    'RFC 7515 §4.1.4',
    'token_malformed',
    withHeader({ kid: 0 }),
  ),
  'kid-list': bad('`kid` as a list', 'RFC 7515 §4.1.4', 'token_malformed', origin =>
    composeToken(origin, { header: { kid: [origin.keys.ES384.kid] } }),
  ),
  'header-list': bad('a header that is a list', 'RFC 7515 §4', 'token_malformed', origin => {
    const { kid, alg } = origin.keys.ES384
    return composeToken(origin, { header: JSON.stringify([{ kid, typ: 'JWT', alg }]) })
  }),
  'header-not-json': bad(
    'a header that is no JSON',
    'RFC 7515 §4',
    'token_malformed',
    withHeader('alg=ES384'),
  ),
} as const satisfies BadTokens
