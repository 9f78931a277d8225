import { createVerifier } from '@credence/verify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  BAD_TOKENS,
  type BadTokenName,
  createTestClock,
  GOOD_TOKENS,
  type GoodTokenName,
  startCredence,
  type TestCredence,
} from '../../src/testing/index.ts'

const AUDIENCE = 'https://orders.example.com'

function verifierFor({ trustedIssuer, clock }: TestCredence) {
  return createVerifier({ issuers: [trustedIssuer], audience: AUDIENCE, nowMs: clock.nowMs })
}

describe.each(['thumbprint', 'aws'])(
  'bad tokens of an issuer whose keys are named by %s',
  keyIds => {
    let credence: TestCredence
    beforeAll(async () => {
      credence = await startCredence({ settings: { 'issuer.keyIds': keyIds } })
    })
    afterAll(() => credence.stop())

    const names: readonly BadTokenName[] = Object.keys(BAD_TOKENS).filter(name => isBadToken(name))

    it('are all refused, each for its reason', { timeout: 60_000 }, async () => {
      const verifier = verifierFor(credence)
      const outcomes: Record<string, string> = {}
      const expected: Record<string, string> = {}
      for (const name of names) {
        const token = await credence.badToken(name, { audience: AUDIENCE })
        expected[name] = BAD_TOKENS[name].refusal
        outcomes[name] = await verifier.verify(token).then(
          () => 'accepted',
          error => error.code,
        )
      }
      expect(outcomes).toEqual(expected)
    })

    it('are bad beside good ones', async () => {
      const verifier = verifierFor(credence)
      for (const name of Object.keys(GOOD_TOKENS).filter(each => isGoodToken(each))) {
        await verifier.verify(await credence.goodToken(name, { audience: AUDIENCE }))
      }
    })
  },
)

function isBadToken(name: string): name is BadTokenName {
  return Object.hasOwn(BAD_TOKENS, name)
}

function isGoodToken(name: string): name is GoodTokenName {
  return Object.hasOwn(GOOD_TOKENS, name)
}

describe('a bad token', () => {
  it('is made from the principal that is named', async () => {
    await using credence = await startCredence({
      accounts: [{ id: '123456789012' }, { id: '999988887777' }],
    })
    const role = await credence.createRole('deployer', { tags: { Team: 'a' } })
    const payloadOf = (token: string) =>
      JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    for (const principal of [role, role.arn]) {
      const token = await credence.badToken('expired', { audience: AUDIENCE, principal })
      expect(payloadOf(token)).toMatchObject({
        sub: role.arn,
        'https://sts.amazonaws.com/': { principal_tags: { Team: 'a' } },
      })
    }
    const accountId = '999988887777'
    const foreign = await credence.goodToken('good-es384', { audience: AUDIENCE, accountId })
    expect(payloadOf(foreign)).toMatchObject({
      iss: await credence.issuerUrlOf(accountId),
      sub: 'arn:aws:iam::999988887777:user/admin',
    })
    const options = { audience: AUDIENCE, principal: 'arn:aws:iam::123456789012:role/x/deployer' }
    await expect(credence.badToken('expired', options)).rejects.toThrow('no user or role')
    const unknown = { audience: AUDIENCE, accountId: '000000000000' }
    await expect(credence.badToken('expired', unknown)).rejects.toThrow('no account')
    const name: string = 'perfect'
    const make = [name, { audience: AUDIENCE }]
    await expect(Reflect.apply(credence.badToken, credence, make)).rejects.toThrow('no bad token')
    await expect(Reflect.apply(credence.goodToken, credence, make)).rejects.toThrow('no good token')
  })

  it('of a key that is withdrawn was good before', async () => {
    const clock = createTestClock(Date.parse('2030-01-01T00:00:00Z'))
    await using credence = await startCredence({ clock })
    const verifier = verifierFor(credence)
    credence.publishFormerKeys(true)
    const verify = async (name: BadTokenName) =>
      verifier.verify(await credence.badToken(name, { audience: AUDIENCE }))
    await verify('retired-key')
    await verify('revoked-key')

    credence.publishFormerKeys(false)
    // Cache-Control of the JWKS: five minutes.
    clock.advance({ minutes: 5 })
    await expect(verify('retired-key')).rejects.toMatchObject({ code: 'key_unknown' })
    await expect(verify('revoked-key')).rejects.toMatchObject({ code: 'key_unknown' })
    await verifier.verify(await credence.token({ audience: AUDIENCE }))
  })
})
