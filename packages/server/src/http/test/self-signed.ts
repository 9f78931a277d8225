import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** A certificate and its key, in PEM. */
export interface SelfSigned {
  readonly cert: string
  readonly key: string
}

const ECDSA_WITH_SHA256 = '2a8648ce3d040302'
const COMMON_NAME = '550403'

/**
 * A certificate for a name, signed by its own P-256 key (RFC 5280 §4.1). node:crypto reads X.509 but
 * does not write it.
 */
export function createSelfSigned(commonName: string): SelfSigned {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return createCertificate(commonName, keys, commonName, keys.privateKey)
}

/** A certificate for a name, signed by an authority that {@link createSelfSigned} made under its name. */
export function createSignedBy(
  authority: SelfSigned,
  authorityName: string,
  commonName: string,
): SelfSigned {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return createCertificate(commonName, keys, authorityName, createPrivateKey(authority.key))
}

function createCertificate(
  commonName: string,
  { publicKey, privateKey }: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
  issuerName: string,
  issuerKey: KeyObject,
): SelfSigned {
  const algorithm = sequence(encode(0x06, Buffer.from(ECDSA_WITH_SHA256, 'hex')))
  const toBeSigned = sequence(
    encode(0x02, Buffer.from([commonName === issuerName ? 1 : 2])),
    algorithm,
    encodeName(issuerName),
    sequence(encodeTime('20200101000000Z'), encodeTime('20991231235959Z')),
    encodeName(commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = sign('sha256', toBeSigned, issuerKey)
  const der = sequence(toBeSigned, algorithm, encode(0x03, Buffer.from([0]), signature))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function encodeName(commonName: string): Buffer {
  const value = encode(0x0c, Buffer.from(commonName, 'utf8'))
  return sequence(encode(0x31, sequence(encode(0x06, Buffer.from(COMMON_NAME, 'hex')), value)))
}

function encodeTime(text: string): Buffer {
  return encode(0x18, Buffer.from(text, 'ascii'))
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return encode(0x30, ...parts)
}

function encode(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content])
  const bytes = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...bytes]), content])
}
