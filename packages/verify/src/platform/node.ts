import { createPublicKey, createVerify, hash, verify } from 'node:crypto'
import { promisify } from 'node:util'
import { decodeUtf8 } from './decode-utf8.ts'
import type { Platform, SignatureCheck } from './platform.ts'

const verifyOffThread = promisify(verify)

/** Reused for every payload: an allocation each would cost more than the decoding. */
const scratch = Buffer.alloc(32_768)

/**
 * Node's own crypto: an RS256 verification is cheaper than the hop to another thread that WebCrypto
 * always makes; an ES384 verification is 25 times dearer and leaves the event loop
 * (docs/decisions, "Crypto of the verifier").
 */
export const platform: Platform = {
  sharesPendingWork: true,

  decodeBase64Url,

  decodeText: text => {
    if (text.length > scratch.length) {
      const bytes = decodeBase64Url(text)
      return bytes && decodeUtf8(bytes)
    }
    const byteCount = scratch.write(text, 'base64url')
    if (scratch.toString('base64url', 0, byteCount) !== text) return null
    const decoded = scratch.toString('utf8', 0, byteCount)
    // When the decoder has put in a replacement character, a decoder that does not replace reads the
    // bytes again.
    return decoded.includes('\ufffd') ? decodeUtf8(scratch.subarray(0, byteCount)) : decoded
  },

  sha256: text => hash('sha256', text, 'latin1'),

  importKey: async ({ nodeHash, isSlow }, jwk): Promise<SignatureCheck> => {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    if (!isSlow) {
      return (signingInput, signature) =>
        createVerify(nodeHash).update(signingInput, 'latin1').verify(key, signature)
    }
    const options = { key, dsaEncoding: 'ieee-p1363' } as const
    return (signingInput, signature) =>
      verifyOffThread(nodeHash, Buffer.from(signingInput, 'latin1'), options, signature)
  },
}

function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = Buffer.from(text, 'base64url')
  // Buffer forgives padding, white space, foreign characters and stray bits; encoding doesn't.
  return bytes.toString('base64url') === text ? bytes : null
}
