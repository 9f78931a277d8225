import { constants, createHmac, sign } from 'node:crypto'
import { type BadToken, type BadTokens, bad, type TokenOrigin } from './bad-token.ts'
import { composeInput, encode, withHeader } from './compose-token.ts'

const UNSECURED = 'RFC 8725 §3.2'
const ONE_ALGORITHM = 'RFC 8725 §3.1'

/** No signature under a header that says so. */
const unsigned =
  (alg: string): BadToken['make'] =>
  origin =>
    `${composeInput(origin, { header: { alg } })}.`

/** An HMAC with what everybody knows as the secret. */
const hmac =
  (secretOf: (origin: TokenOrigin) => string | Buffer): BadToken['make'] =>
  origin => {
    const input = composeInput(origin, { key: origin.keys.RS256, header: { alg: 'HS256' } })
    const mac = createHmac('sha256', secretOf(origin)).update(input).digest()
    return `${input}.${encode(mac)}`
  }

/** A right signature of the RSA key by an algorithm that the issuer does not use. */
const rsa =
  (alg: string, hash: string, padding: number): BadToken['make'] =>
  origin => {
    const { RS256: key } = origin.keys
    const input = composeInput(origin, { key, header: { alg } })
    const options = { key: key.privateKey, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    return `${input}.${encode(sign(hash, Buffer.from(input), options))}`
  }

/** Signed by another algorithm than the key is for, or by none. */
export const ALGORITHMS = {
  'alg-none': bad('`alg: none`, no signature', UNSECURED, 'algorithm_refused', unsigned('none')),
  'alg-none-mixed-case': bad(
    '`alg: nOnE`, no signature',
    UNSECURED,
    'algorithm_refused',
    unsigned('nOnE'),
  ),
  'alg-none-signed': bad(
    '`alg: none`, with a signature',
    UNSECURED,
    'algorithm_refused',
    withHeader({ alg: 'none' }),
  ),
  'alg-empty': bad('an empty `alg`', 'RFC 7515 §4.1.1', 'algorithm_refused', unsigned('')),
  'no-alg': bad('no `alg`', 'RFC 7515 §4.1.1', 'algorithm_refused', withHeader({ alg: undefined })),
  'alg-list': bad(
    '`alg` as a list',
    'RFC 7515 §4.1.1',
    'algorithm_refused',
    withHeader({ alg: ['ES384'] }),
  ),
  'alg-lower-case': bad(
    '`alg: es384`',
    'RFC 7515 §4.1.1',
    'algorithm_refused',
    withHeader({ alg: 'es384' }),
  ),
  'hs256-public-key': bad(
    'HS256 with the public key as secret',
    ONE_ALGORITHM,
    'algorithm_refused',
    hmac(({ keys }) => keys.RS256.publicKey.export({ type: 'spki', format: 'pem' })),
  ),
  'hs256-public-key-der': bad(
    'HS256 with the public key in DER as secret',
    ONE_ALGORITHM,
    'algorithm_refused',
    hmac(({ keys }) => keys.RS256.publicKey.export({ type: 'spki', format: 'der' })),
  ),
  'hs256-public-key-jwk': bad(
    'HS256 with the public key as JWK as secret',
    ONE_ALGORITHM,
    'algorithm_refused',
    hmac(({ keys }) => JSON.stringify(keys.RS256.publicKey.export({ format: 'jwk' }))),
  ),
  'hs256-empty-secret': bad(
    'HS256 with an empty secret',
    ONE_ALGORITHM,
    'algorithm_refused',
    hmac(() => ''),
  ),
  'swapped-algorithm': bad(
    'the algorithm of the other key',
    ONE_ALGORITHM,
    'algorithm_refused',
    withHeader({ alg: 'RS256' }),
  ),
  'other-algorithm-ps256': bad(
    'PS256, rightly signed by the RSA key',
    ONE_ALGORITHM,
    'algorithm_refused',
    rsa('PS256', 'sha256', constants.RSA_PKCS1_PSS_PADDING),
  ),
  'other-algorithm-rs512': bad(
    'RS512, rightly signed by the RSA key',
    ONE_ALGORITHM,
    'algorithm_refused',
    rsa('RS512', 'sha512', constants.RSA_PKCS1_PADDING),
  ),
} as const satisfies BadTokens
