import { decodeUtf8 } from './decode-utf8.ts'
import type { Platform, SignatureCheck } from './platform.ts'

const encoder = new TextEncoder()

/** WebCrypto and the other globals of browsers, workers, Deno and Bun. */
export const platform: Platform = {
  sharesPendingWork: globalThis.navigator?.userAgent !== 'Cloudflare-Workers',

  decodeBase64Url,

  decodeText: text => {
    const bytes = decodeBase64Url(text)
    return bytes && decodeUtf8(bytes)
  },

  sha256: async text => {
    const digest = await crypto.subtle.digest('SHA-256', encoder.encode(text))
    return encodeBase64Url(new Uint8Array(digest))
  },

  importKey: async ({ web }, jwk): Promise<SignatureCheck> => {
    const key = await crypto.subtle.importKey('jwk', jwk, web, false, ['verify'])
    return (signingInput, signature) =>
      crypto.subtle.verify(web, key, signature, encoder.encode(signingInput))
  },
}

function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = decodeForgiving(text)
  return bytes && encodeBase64Url(bytes) === text ? bytes : null
}

function decodeForgiving(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), character =>
      character.charCodeAt(0),
    )
  } catch {
    return null
  }
}

function encodeBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
