import { describe, expect, it, test } from 'vitest'
import { parsePolicy } from './parse-policy.ts'
import { checkProviderControls } from './provider-controls.ts'
import { SHARED_PROVIDERS } from './shared-providers.ts'

const GITHUB = 'token.actions.githubusercontent.com'
const EQUAL = 'StringEquals'

function nameProvider(issuer: string): string {
  return `arn:aws:iam::123456789012:oidc-provider/${issuer}`
}

interface Trust {
  readonly provider?: string
  readonly condition?: object
  readonly statement?: object
  readonly others?: readonly object[]
}

/** The refusal of a trust policy with one Allow for a provider; null when it may be written. */
function refusalOf({ provider, condition, statement, others = [] }: Trust): string | null {
  const document = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: provider ?? nameProvider('gitlab.com') },
        Action: 'sts:AssumeRoleWithWebIdentity',
        ...(condition !== undefined && { Condition: condition }),
        ...statement,
      },
      ...others,
    ],
  }
  try {
    checkProviderControls(parsePolicy(JSON.stringify(document), 'trust'))
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function asksFor(principal: string, ...keys: readonly string[]): string {
  return `Trust policy with trusted principal ${principal} must evaluate, using StringEquals, StringLike or StringEqualsIgnoreCase, ${keys.join(' or ')} which is not scoped to all.`
}

const GITLAB_REFUSAL = asksFor('gitlab.com', 'gitlab.com:sub')

describe('shared providers', () => {
  test("there are the 22 issuers of AWS's page", () => {
    expect(new Set(SHARED_PROVIDERS.map(({ issuer }) => issuer)).size).toBe(22)
  })

  it.each(SHARED_PROVIDERS)('$name asks for $keys', ({ issuer, keys }) => {
    const provider = nameProvider(issuer)
    const named = issuer === GITHUB ? provider : issuer
    const other = { [EQUAL]: { [`${issuer}:amr`]: 'x' } }
    expect(refusalOf({ provider, condition: other })).toBe(asksFor(named, ...keys))
    for (const key of keys) {
      expect(refusalOf({ provider, condition: { [EQUAL]: { [key]: 'mine' } } })).toBeNull()
      const refused = refusalOf({ provider, condition: { StringLike: { [key]: '*' } } })
      expect(refused).toBe(asksFor(named, ...keys))
    }
  })

  it.each([
    ['of another path', nameProvider('gitlab.com/private')],
    ['that is private', nameProvider('idp.example.com')],
    ['of a host that ends in the name', nameProvider('my.gitlab.com')],
    ['by SAML', 'arn:aws:iam::123456789012:saml-provider/gitlab.com'],
  ])('leave a provider %s alone', (_, provider) => {
    expect(refusalOf({ provider })).toBeNull()
  })

  it.each(['aws-cn', 'aws-us-gov'])('are known in the partition %s', partition => {
    const provider = nameProvider('gitlab.com').replace('arn:aws:', `arn:${partition}:`)
    expect(refusalOf({ provider })).toBe(GITLAB_REFUSAL)
  })

  it('are known however their host is written', () => {
    expect(refusalOf({ provider: nameProvider('GitLab.COM') })).toBe(
      asksFor('GitLab.COM', 'gitlab.com:sub'),
    )
  })
})

describe('what evaluates a claim', () => {
  it.each([
    [EQUAL, 'mine'],
    ['StringLike', 'mine:*'],
    ['StringEqualsIgnoreCase', 'mine'],
    ['ForAnyValue:StringEquals', 'mine'],
    ['ForAnyValue:StringLike', 'mine'],
    ['ForAllValues:StringLike', 'mine'],
    ['ForAllValues:StringEqualsIgnoreCase', 'mine'],
    [EQUAL, '?'],
    [EQUAL, '**'],
    [EQUAL, '*?'],
    ['StringLike', '**'],
    [EQUAL, ''],
    [EQUAL, []],
  ])('%s %j does', (operator, value) => {
    expect(refusalOf({ condition: { [operator]: { 'gitlab.com:sub': value } } })).toBeNull()
    expect(refusalOf({ condition: { [operator]: { 'GITLAB.COM:SUB': value } } })).toBeNull()
  })

  it.each([
    [EQUAL, '*'],
    ['StringLike', '*'],
    ['ForAnyValue:StringEquals', '*'],
    [EQUAL, ['*', 'mine']],
    ['StringNotEquals', 'mine'],
    ['StringNotLike', 'mine'],
    ['StringNotEqualsIgnoreCase', 'mine'],
    ['StringEqualsIfExists', 'mine'],
    ['StringLikeIfExists', 'mine'],
    ['ForAnyValue:StringEqualsIfExists', 'mine'],
    ['Null', 'false'],
    ['Null', 'true'],
    ['Bool', 'true'],
    ['NumericEquals', '1'],
    ['BinaryEquals', 'bWluZQ=='],
    ['ArnEquals', 'arn:aws:iam::123456789012:role/x'],
  ])('%s %j does not', (operator, value) => {
    expect(refusalOf({ condition: { [operator]: { 'gitlab.com:sub': value } } })).toBe(
      GITLAB_REFUSAL,
    )
  })

  it('is enough beside an operator that does not', () => {
    const sub = 'gitlab.com:sub'
    expect(refusalOf({ condition: { [EQUAL]: { [sub]: 'x' }, StringLike: { [sub]: '*' } } })).toBe(
      null,
    )
  })

  it('must hold for a key in every way of writing it under one operator', () => {
    const twice = { 'gitlab.com:sub': 'mine', 'gitlab.com:SUB': '*' }
    expect(refusalOf({ condition: { [EQUAL]: twice } })).toBe(GITLAB_REFUSAL)
  })
})

describe('which statements must', () => {
  const scoped = { [EQUAL]: { 'gitlab.com:sub': 'mine' } }
  const open = { Principal: { Federated: nameProvider('gitlab.com') } }

  it.each([
    ['a Deny', { Effect: 'Deny' }],
    ['one of sts:TagSession alone', { Action: 'sts:TagSession' }],
    ['everything but that action', { Action: undefined, NotAction: 'sts:AssumeRoleWith*' }],
  ])('not %s', (_, statement) => {
    expect(refusalOf({ statement })).toBeNull()
  })

  it.each([
    ['one with several actions', { Action: ['sts:TagSession', 'sts:AssumeRoleWithWebIdentity'] }],
    ['one with the action in another case', { Action: 'STS:assumerolewithwebidentity' }],
    ['one with a wildcard', { Action: 'sts:AssumeRole*' }],
    ['everything but another action', { Action: undefined, NotAction: 'sts:TagSession' }],
    [
      'one with several principals',
      { Principal: { Federated: [nameProvider('idp.example.com'), nameProvider('gitlab.com')] } },
    ],
  ])('%s', (_, statement) => {
    expect(refusalOf({ statement })).toBe(GITLAB_REFUSAL)
  })

  it('each for itself', () => {
    const other = { ...open, Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity' }
    expect(refusalOf({ condition: scoped, others: [other] })).toBe(GITLAB_REFUSAL)
    expect(refusalOf({ condition: scoped, others: [{ ...other, Effect: 'Deny' }] })).toBeNull()
  })
})

describe('GitHub', () => {
  const provider = nameProvider(GITHUB)
  const sub = `${GITHUB}:sub`
  const job = `${GITHUB}:job_workflow_ref`
  const refusal = asksFor(provider, sub, job)

  it.each([
    [{ StringLike: { [sub]: '??' } }],
    [{ StringLike: { [sub]: '?*' } }],
    [{ StringLike: { [sub]: '?owned' } }],
    [{ StringLike: { [sub]: 'owned*' } }],
    [{ StringLike: { [sub]: `\${aws:username}` } }],
    [{ [EQUAL]: { [job]: 'owned' } }],
    [{ [EQUAL]: { [job]: [] } }],
    [{ [EQUAL]: { [sub]: 'owned' }, StringLike: { [job]: '*' } }],
  ])('accepts %j', condition => {
    expect(refusalOf({ provider, condition })).toBeNull()
  })

  it.each([
    [{ StringLike: { [sub]: '*??' } }],
    [{ StringLike: { [sub]: '*owned' } }],
    [{ StringLike: { [sub]: '*?owned' } }],
    [{ StringLike: { [sub]: ' ' } }],
    [{ [EQUAL]: { [job]: '*' } }],
    [{ [EQUAL]: { [job]: '' } }],
    [{ [EQUAL]: { [sub]: '*', [job]: 'owned' } }],
    [{ [EQUAL]: { [sub]: 'owned', [job]: '*' } }],
    [{ [EQUAL]: { [`${GITHUB}:repository`]: 'owned/repo' } }],
  ])('refuses %j', condition => {
    expect(refusalOf({ provider, condition })).toBe(refusal)
  })

  it.each(['/private', '.example.test', 'other'])(
    'is every issuer that begins with its name: …%s',
    suffix => {
      const issuer = `${GITHUB}${suffix}`
      const named = nameProvider(issuer)
      const keys = [`${issuer}:sub`, `${issuer}:job_workflow_ref`] as const
      expect(refusalOf({ provider: named, condition: { [EQUAL]: { [sub]: 'owned' } } })).toBe(
        asksFor(named, ...keys),
      )
      for (const key of keys) {
        expect(
          refusalOf({ provider: named, condition: { [EQUAL]: { [key]: 'owned' } } }),
        ).toBeNull()
      }
    },
  )
})

describe('the providers that AWS knew first', () => {
  const refusal = (issuer: string) =>
    `Policy trusting ${issuer} requires a StringEquals condition on an application id`

  it.each([
    ['accounts.google.com', ['aud', 'oaud', 'sub'], ['app_id', 'amr', 'email', 'id', 'SUB']],
    ['www.amazon.com', ['app_id', 'sub'], ['aud', 'oaud', 'user_id', 'email', 'SUB']],
    ['graph.facebook.com', ['app_id', 'sub'], ['aud', 'oaud', 'id', 'email', 'SUB']],
  ])('%s takes %j and not %j', (issuer, accepted, refused) => {
    for (const provider of [issuer, nameProvider(issuer)]) {
      for (const claim of accepted) {
        const key = `${issuer}:${claim}`
        for (const value of ['mine', '*', '', [], ['*', 'mine']]) {
          expect(refusalOf({ provider, condition: { [EQUAL]: { [key]: value } } })).toBeNull()
        }
        for (const operator of ['StringEqualsIgnoreCase', 'ForAnyValue:StringEquals']) {
          expect(refusalOf({ provider, condition: { [operator]: { [key]: 'x' } } })).toBeNull()
        }
        for (const operator of ['StringLike', 'StringEqualsIfExists', 'StringNotEquals']) {
          expect(refusalOf({ provider, condition: { [operator]: { [key]: 'x' } } })).toBe(
            refusal(issuer),
          )
        }
        const upper = { [EQUAL]: { [key.toUpperCase()]: 'mine' } }
        expect(refusalOf({ provider, condition: upper })).toBe(refusal(issuer))
      }
      for (const claim of refused) {
        const condition = { [EQUAL]: { [`${issuer}:${claim}`]: 'mine' } }
        expect(refusalOf({ provider, condition })).toBe(refusal(issuer))
      }
      expect(refusalOf({ provider })).toBe(refusal(issuer))
      expect(refusalOf({ provider, statement: { Effect: 'Deny' } })).toBeNull()
    }
  })

  it('Cognito asks for a condition in words of its own', () => {
    const provider = 'cognito-identity.amazonaws.com'
    const text = 'A condition block must be present for the Cognito provider'
    expect(refusalOf({ provider })).toBe(text)
    const condition = { [EQUAL]: { [`${provider}:amr`]: 'authenticated' } }
    expect(refusalOf({ provider, condition })).toBe(asksFor(provider, `${provider}:aud`))
  })
})
