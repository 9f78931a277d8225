import { describe, expect, it } from 'vitest'
import {
  ACCOUNT,
  codeThrown,
  createOptions,
  createPayload,
  ISSUER,
  type Json,
  OTHER_ISSUER,
  signToken,
} from '../../test/tokens.ts'
import { createVerifier } from '../index.ts'
import type { VerifiedToken } from '../verified-token.ts'
import { createTrust } from './create-trust.ts'
import type { TrustConditions } from './trust-rule.ts'

const verifier = createVerifier(createOptions({ subjectModes: ['AWSIdentity', 'OriginIdentity'] }))
const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/idp.example.com`
const OTHER_PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/other.example.com`
const accounts = [ACCOUNT] as const

/** A token that a role asked for in the name of somebody. */
const tokenOf = (sub: string, aws: Json = {}): Promise<VerifiedToken> =>
  verifier.verify(
    signToken(
      createPayload(
        { sub, subject_mode: 'OriginIdentity' },
        { federated_provider: PROVIDER, ...aws },
      ),
    ),
  )
const refusalOf = (when: TrustConditions, token: VerifiedToken) => {
  const decision = createTrust([{ name: 'r', when, grant: 1 }]).evaluate(token)
  return decision.isTrusted ? null : decision.refusals[0]
}

describe('conditions on whom a principal acts for', () => {
  it.each<readonly [string, TrustConditions, string | null]>([
    ['the provider', { accounts, origin: { providers: [PROVIDER] } }, null],
    ['one of two providers', { accounts, origin: { providers: [OTHER_PROVIDER, PROVIDER] } }, null],
    ['another provider', { accounts, origin: { providers: [OTHER_PROVIDER] } }, 'origin.providers'],
    ['the name', { accounts, origin: { providers: [PROVIDER], subjects: ['alice'] } }, null],
    ['a pattern', { accounts, origin: { providers: [PROVIDER], subjects: ['al*'] } }, null],
    [
      'another name',
      { accounts, origin: { providers: [PROVIDER], subjects: ['bob', 'Alice'] } },
      'origin.subjects',
    ],
    [
      'the same name of another provider',
      { accounts, origin: { providers: [OTHER_PROVIDER], subjects: ['alice'] } },
      'origin.providers',
    ],
    [
      'another account',
      { accounts: ['999999999999'], origin: { providers: [PROVIDER] } },
      'accounts',
    ],
    [
      'the role that asked',
      {
        subjects: [`arn:aws:iam::${ACCOUNT}:role/service/*`],
        origin: { providers: [PROVIDER] },
      },
      null,
    ],
    [
      'another name that is excluded',
      { accounts, origin: { providers: [PROVIDER] }, not: { origin: { subjects: ['eve'] } } },
      null,
    ],
    [
      'the name that is excluded',
      { accounts, origin: { providers: [PROVIDER] }, not: { origin: { subjects: ['a*'] } } },
      'not.origin.subjects',
    ],
  ])('%s', async (_, when, condition) => {
    expect(refusalOf(when, await tokenOf('alice'))?.condition ?? null).toBe(condition)
  })

  it('do not hold when the token does not say which provider it was', async () => {
    const token = await tokenOf('alice', { federated_provider: undefined })
    expect(token.origin).toEqual({ subject: 'alice', federatedProvider: null })
    expect(refusalOf({ accounts, origin: { providers: [PROVIDER] } }, token)).toEqual({
      rule: 'r',
      condition: 'origin.providers',
      reason: 'the token does not say',
    })
  })

  it('are needed where somebody is acted for, and not met by a role for itself', async () => {
    const role = { subjects: [`arn:aws:iam::${ACCOUNT}:role/service/deployer`] } as const
    expect(refusalOf(role, await tokenOf('alice'))).toEqual({
      rule: 'r',
      condition: 'origin',
      reason: 'the token speaks for "alice", not for its principal',
    })
    const itself = await verifier.verify(
      signToken(createPayload({}, { federated_provider: PROVIDER })),
    )
    expect(refusalOf(role, itself)).toBeNull()
    expect(refusalOf({ ...role, origin: { providers: [PROVIDER] } }, itself)).toEqual({
      rule: 'r',
      condition: 'origin',
      reason: 'the token speaks for its principal alone',
    })
  })

  const withOrigin = (origin: unknown, more: object = {}) => {
    const when = { accounts, ...more, ...(origin === undefined ? {} : { origin }) }
    return () => createTrust(JSON.parse(JSON.stringify([{ name: 'a', when, grant: 1 }])))
  }
  it.each([
    [
      'a name without its provider',
      withOrigin({ subjects: ['alice'] }),
      'rule 1, "a": origin needs providers: two identity providers may both have the same subject',
    ],
    [
      'a pattern of providers',
      withOrigin({ providers: [`arn:aws:iam::*:oidc-provider/idp.example.com`] }),
      'is a pattern; only exact values are taken here',
    ],
    [
      'any provider',
      withOrigin({ providers: ['**'], subjects: ['alice'] }),
      'origin.providers: "**" is a pattern; only exact values are taken here',
    ],
    [
      'no provider',
      withOrigin({ providers: [], subjects: ['alice'] }),
      'origin.providers is not a list of at least one text',
    ],
    ['nothing', withOrigin({}), 'origin is not an object with at least one member'],
    ['null', withOrigin(null), 'origin is not an object with at least one member'],
    [
      'a misspelt member',
      withOrigin({ providers: [PROVIDER], subject: ['alice'] }),
      'there is no condition "origin.subject"; did you mean origin.subjects?',
    ],
    [
      'an excluded provider',
      withOrigin(
        { providers: [PROVIDER] },
        { not: { origin: { providers: [OTHER_PROVIDER], subjects: ['x'] } } },
      ),
      'there is no condition "not.origin.providers"; there are not.origin.subjects',
    ],
    [
      'an excluded name where nobody is acted for',
      withOrigin(undefined, { not: { origin: { subjects: ['eve'] } } }),
      'not.origin needs origin beside not',
    ],
  ])('are refused with %s', (_, create, reason) => {
    expect(create).toThrow(reason)
    expect(codeThrown(create)).toBe('rules_invalid')
  })

  it('do not say whose principal it is', () => {
    const create = () =>
      createTrust([{ name: 'a', when: { origin: { providers: [PROVIDER] } }, grant: 1 }])
    expect(create).toThrow('it would trust anybody')
  })
})

describe('conditions on the issuer and the provider of a session', () => {
  it.each<readonly [string, TrustConditions, boolean]>([
    ['the issuer', { accounts, issuers: [OTHER_ISSUER, ISSUER] }, true],
    ['another issuer', { accounts, issuers: [OTHER_ISSUER] }, false],
    ['the issuer with more', { accounts, issuers: [`${ISSUER}/`] }, false],
    ['the provider', { accounts, federatedProviders: [PROVIDER] }, true],
    ['a pattern of providers', { accounts, federatedProviders: ['**/idp.example.com'] }, true],
    ['another provider', { accounts, federatedProviders: [OTHER_PROVIDER] }, false],
  ])('%s', async (_, when, holds) => {
    const token = await verifier.verify(
      signToken(createPayload({}, { federated_provider: PROVIDER })),
    )
    expect(refusalOf(when, token) === null).toBe(holds)
  })

  it('do not hold for a session that came from no provider', async () => {
    const token = await verifier.verify(signToken())
    expect(refusalOf({ accounts, federatedProviders: ['**'] }, token)).toMatchObject({
      condition: 'federatedProviders',
      reason: 'the token does not say',
    })
  })

  it('take no pattern of issuers', () => {
    const create = () =>
      createTrust([{ name: 'a', when: { accounts, issuers: ['https://*'] }, grant: 1 }])
    expect(create).toThrow('issuers: "https://*" is a pattern; only exact values are taken here')
  })

  it('do not say whose principal it is', () => {
    const create = () => createTrust([{ name: 'a', when: { issuers: [ISSUER] }, grant: 1 }])
    expect(create).toThrow('it would trust anybody')
  })
})

describe('conditions on scopes', () => {
  const when = (...scopes: [string, ...string[]]): TrustConditions => ({
    accounts,
    origin: { providers: [PROVIDER] },
    scopes,
  })
  const scoped = (scope?: string): Promise<VerifiedToken> =>
    verifier.verify(
      signToken(
        createPayload(
          { sub: 'alice', subject_mode: 'OriginIdentity', ...(scope !== undefined && { scope }) },
          { federated_provider: PROVIDER },
        ),
      ),
    )
  it.each<readonly [string, TrustConditions, string | undefined, boolean]>([
    ['one of them', when('read', 'list'), 'write read', true],
    ['a pattern', when('orders:*'), 'orders:read', true],
    ['others', when('read'), 'write READ', false],
    ['a longer one', when('read'), 'reader', false],
    ['both as one text', when('read'), 'readwrite', false],
    ['none', when('**'), undefined, false],
  ])('%s', async (_, rule, scope, holds) => {
    expect(refusalOf(rule, await scoped(scope)) === null).toBe(holds)
  })

  it.each([
    ['two in one', { scopes: ['read write'] }, 'scopes: "read write" has a space'],
    ['what is excluded', { not: { scopes: ['admin'] } }, 'not.scopes excludes nobody'],
  ])('are refused with %s', (_, more, reason) => {
    const create = () =>
      createTrust(
        JSON.parse(JSON.stringify([{ name: 'a', when: { ...when('x'), ...more }, grant: 1 }])),
      )
    expect(create).toThrow(reason)
  })
})
