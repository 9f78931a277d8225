import { expect, it, vi } from 'vitest'
import type { FetchDocument } from './fetch-document.ts'
import { loadKeySet } from './load-key-set.ts'
import { createKeyPair, formatKeySet } from './test/tokens.ts'

const ISSUER = 'https://idp.example.com/tenant/'
const KEYS = 'https://keys.example.net/jwks'
const never = new AbortController().signal

it('takes keys from another host, and asks both in the name of the issuer', async () => {
  const discovery = JSON.stringify({ issuer: ISSUER, jwks_uri: KEYS })
  const fetchDocument = vi.fn<FetchDocument>(async url => ({
    text: url === KEYS ? formatKeySet(createKeyPair('ES256', 'one')) : discovery,
    cacheControl: url === KEYS ? 'max-age=60' : 'max-age=7',
    age: null,
  }))
  const { keySet, freshSeconds } = await loadKeySet(ISSUER, fetchDocument, never)
  expect(keySet.map(({ keyId }) => keyId)).toEqual(['one'])
  expect(freshSeconds).toBe(60)
  expect(fetchDocument.mock.calls).toEqual([
    [`${ISSUER}.well-known/openid-configuration`, ISSUER, never],
    [KEYS, ISSUER, never],
  ])
})
