import { type BadTokens, bad } from './bad-token.ts'
import { withClaims, withText } from './compose-token.ts'

const EXPIRATION = 'RFC 7519 §4.1.4'
const ISSUED_AT = 'OpenID Connect Core 1.0 §3.1.3.7 (10)'
const REQUIRED = 'OpenID Connect Core 1.0 §2'

/** Wrong in when they may be used. */
export const LIFETIMES = {
  expired: bad(
    'expired',
    EXPIRATION,
    'token_expired',
    withClaims(({ nowSeconds }) => ({ iat: nowSeconds - 700, exp: nowSeconds - 100 })),
  ),
  'exp-zero': bad('`exp` is 0', EXPIRATION, 'token_expired', withClaims({ exp: 0 })),
  'exp-negative': bad('`exp` before 1970', EXPIRATION, 'token_expired', withClaims({ exp: -1 })),
  'exp-infinite': bad(
    '`exp` beyond every number: `1e400`',
    'RFC 8259 §6',
    'token_malformed',
    withText(text => text.replace(/"exp":\d+/, '"exp":1e400')),
  ),
  'not-yet-valid': bad(
    '`nbf` in the future',
    'RFC 7519 §4.1.5',
    'token_not_yet_valid',
    withClaims(({ nowSeconds }) => ({ nbf: nowSeconds + 300 })),
  ),
  'issued-in-future': bad(
    '`iat` in the future',
    ISSUED_AT,
    'token_not_yet_valid',
    withClaims(({ nowSeconds }) => ({ iat: nowSeconds + 300 })),
  ),
  'too-old': bad(
    'issued 2 hours ago, still not expired',
    ISSUED_AT,
    'token_too_old',
    withClaims(({ nowSeconds }) => ({ iat: nowSeconds - 7200 })),
  ),
  'no-exp': bad('no `exp`', REQUIRED, 'claims_invalid', withClaims({ exp: undefined })),
  'no-iat': bad('no `iat`', REQUIRED, 'claims_invalid', withClaims({ iat: undefined })),
} as const satisfies BadTokens
