import { createVerifier } from '@credence/verify'
import { describe, expect, it } from 'vitest'
import { BAD_TOKENS, type BadTokenName, isBadTokenName } from './bad-tokens.ts'
import { GOOD_TOKENS, isGoodTokenName } from './good-tokens.ts'
import { createTestIssuer } from './test-issuer.ts'

const ACCOUNT = '123456789012'
const NOW_MS = Date.UTC(2026, 10, 22, 12)
const OPTIONS = { audience: 'https://orders.example.com', nowMs: NOW_MS }

const testIssuer = createTestIssuer()
const { issuer, jwks } = testIssuer
const verifier = createVerifier({
  issuers: [{ issuer, accounts: [ACCOUNT], keys: { jwks } }],
  audience: OPTIONS.audience,
  nowMs: () => NOW_MS,
})

describe('an issuer without a server', () => {
  it.each(Object.keys(GOOD_TOKENS).filter(isGoodTokenName))('makes %s', async name => {
    const { principal } = await verifier.verify(testIssuer.token(OPTIONS, name))
    expect(principal).toMatchObject({ account: ACCOUNT, type: 'role', name: 'deployer' })
  })

  it.each(Object.keys(BAD_TOKENS).filter(isBadTokenName))(
    'makes %s',
    async (name: BadTokenName) => {
      const refused = verifier.verify(testIssuer.badToken(name, OPTIONS))
      await expect(refused).rejects.toMatchObject({ code: BAD_TOKENS[name].refusal })
    },
  )

  it('makes tokens for the subject and with the claims that it is given', async () => {
    const subject = `arn:aws:iam::${ACCOUNT}:user/ci/builder`
    const claims = { request_id: 'x' }
    const { principal, claims: said } = await verifier.verify(
      testIssuer.token({ ...OPTIONS, subject, claims }),
    )
    expect(principal).toMatchObject({ arn: subject, type: 'user', path: '/ci/', name: 'builder' })
    expect(said).toMatchObject(claims)
  })

  it('issues a token now when no time is given', async () => {
    const { audience } = OPTIONS
    const issuers = [{ issuer, accounts: null, keys: { jwks } }] as const
    const now = createVerifier({ issuers, audience })
    expect((await now.verify(testIssuer.token({ audience }))).principal.name).toBe('deployer')
  })

  it('has keys of its own', async () => {
    const foreign = createTestIssuer().token(OPTIONS)
    await expect(verifier.verify(foreign)).rejects.toMatchObject({ code: 'signature_invalid' })
  })
})
