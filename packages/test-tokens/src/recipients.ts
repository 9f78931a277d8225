import { type BadTokens, bad, type TokenOrigin } from './bad-token.ts'
import { withClaims } from './compose-token.ts'

const AUDIENCE = 'RFC 7519 §4.1.3'
const ISSUER = 'RFC 7519 §4.1.1'
const SAME_TEXT = 'RFC 7519 §2 (StringOrURI)'

const audienceOf = ({ claims }: TokenOrigin): string => String(claims['aud'])
const issuerOf = ({ claims }: TokenOrigin): string => String(claims['iss'])

/** Made by somebody else, or for somebody else. */
export const RECIPIENTS = {
  'wrong-audience': bad(
    'another audience',
    AUDIENCE,
    'audience_refused',
    withClaims({ aud: 'https://other.example.com' }),
  ),
  'no-audience': bad('no audience', AUDIENCE, 'claims_invalid', withClaims({ aud: undefined })),
  'audience-empty': bad('an empty audience', AUDIENCE, 'claims_invalid', withClaims({ aud: '' })),
  'audience-empty-list': bad(
    'an empty list of audiences',
    AUDIENCE,
    'claims_invalid',
    withClaims({ aud: [] }),
  ),
  'audience-extended': bad(
    'an audience that contains the expected one',
    SAME_TEXT,
    'audience_refused',
    withClaims(origin => ({ aud: `${audienceOf(origin)}.evil.example` })),
  ),
  'audience-shortened': bad(
    'an audience that the expected one contains',
    SAME_TEXT,
    'audience_refused',
    withClaims(origin => ({ aud: audienceOf(origin).slice(0, -1) })),
  ),
  'audience-other-case': bad(
    'the expected audience in upper case',
    SAME_TEXT,
    'audience_refused',
    withClaims(origin => ({ aud: audienceOf(origin).toUpperCase() })),
  ),
  'several-audiences': bad(
    'the expected audience and another',
    'RFC 9700 §2.3',
    'multiple_audiences',
    withClaims(origin => ({ aud: [audienceOf(origin), 'https://evil.example'] })),
  ),
  'wrong-issuer': bad(
    'another issuer',
    ISSUER,
    'issuer_untrusted',
    withClaims({ iss: 'https://evil.example' }),
  ),
  'issuer-slash': bad(
    'the issuer with a slash at the end',
    SAME_TEXT,
    'issuer_untrusted',
    withClaims(origin => ({ iss: `${issuerOf(origin)}/` })),
  ),
  'issuer-extended': bad(
    'an issuer that begins with the expected one',
    SAME_TEXT,
    'issuer_untrusted',
    withClaims(origin => ({ iss: `${issuerOf(origin)}.evil.example` })),
  ),
  'issuer-other-case': bad(
    'the issuer in upper case',
    SAME_TEXT,
    'issuer_untrusted',
    withClaims(origin => ({ iss: issuerOf(origin).toUpperCase() })),
  ),
  'no-issuer': bad('no issuer', ISSUER, 'issuer_untrusted', withClaims({ iss: undefined })),
} as const satisfies BadTokens
