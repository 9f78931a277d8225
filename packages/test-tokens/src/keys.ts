import { type BadTokens, bad } from './bad-token.ts'
import { composeToken, withHeader } from './compose-token.ts'
import { createStrangerKey } from './token-key.ts'

const KEY_ID = 'RFC 7515 §4.1.4'
const KEY_OF_ISSUER = 'RFC 8725 §3.8'
const RECEIVED_KEYS = 'RFC 8725 §3.10'

/** Signed by a key that is not the issuer's, or not any more. */
export const KEYS = {
  'unknown-key': bad('an unknown `kid`', KEY_ID, 'key_unknown', origin =>
    composeToken(origin, { key: createStrangerKey('nobody-has-this-key') }),
  ),
  'unknown-kid': bad(
    "an unknown `kid` over the issuer's own signature",
    KEY_ID,
    'key_unknown',
    withHeader({ kid: 'nobody-has-this-key' }),
  ),
  'no-kid': bad('no `kid`', KEY_ID, 'token_malformed', withHeader({ kid: undefined })),
  'foreign-key': bad(
    'another key under the same `kid`',
    KEY_OF_ISSUER,
    'signature_invalid',
    origin => composeToken(origin, { key: createStrangerKey(origin.keys.ES384.kid) }),
  ),
  'retired-key': bad(
    'a key that the issuer publishes no more',
    KEY_OF_ISSUER,
    'key_unknown',
    origin => composeToken(origin, { key: origin.retiredKey }),
  ),
  'revoked-key': bad('a key that the issuer has revoked', KEY_OF_ISSUER, 'key_unknown', origin =>
    composeToken(origin, { key: origin.revokedKey }),
  ),
  'embedded-key': bad(
    'a key of its own in the header (`jwk`)',
    RECEIVED_KEYS,
    'signature_invalid',
    origin => {
      const key = createStrangerKey(origin.keys.ES384.kid)
      return composeToken(origin, { key, header: { jwk: key.publicKey.export({ format: 'jwk' }) } })
    },
  ),
  'key-url': bad(
    'a URL of keys of its own in the header (`jku`)',
    RECEIVED_KEYS,
    'signature_invalid',
    origin =>
      composeToken(origin, {
        key: createStrangerKey(origin.keys.ES384.kid),
        header: { jku: 'https://evil.example/jwks.json' },
      }),
  ),
  'kid-path': bad('a `kid` that is a path', RECEIVED_KEYS, 'key_unknown', origin =>
    composeToken(origin, { key: createStrangerKey('../../../../../../dev/null') }),
  ),
} as const satisfies BadTokens
