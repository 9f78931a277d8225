import { describe, expect, it, vi } from 'vitest'
import type { Directory } from '../directory/directory.ts'
import type { TrustingRole } from '../directory/trusting-role.ts'
import { ServiceError, UnavailableError } from '../errors.ts'
import type { Call, Permission } from '../operations/operation.ts'
import type { ApplicablePolicies, AppliedPolicy } from '../policy/applicable-policies.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import type { PolicyKind } from '../policy/policy-document.ts'
import { formatRoleArn, toArnHome } from '../principals/arn.ts'
import type { Caller } from '../principals/caller.ts'
import { createAccount, createRole, OTHER_ACCOUNT_ID } from '../store/test/records.ts'
import { authorize } from './authorize.ts'
import type { ActionDecision } from './call-record.ts'
import { ASSUMED_ROLE, HOME, ROOT, USER, WEB_IDENTITY } from './test/callers.ts'
import { NOW_MS } from './test/requests.ts'

const ALICE = USER.arn
const ROLE_ARN = formatRoleArn(toArnHome(HOME), '/', 'target')

function policy(statement: object, kind: PolicyKind = 'identity'): AppliedPolicy {
  const document = JSON.stringify({ Version: '2012-10-17', Statement: statement })
  return { policyId: `inline:${kind}`, policy: parsePolicy(document, kind) }
}

const ALLOW_ALL = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
const DENY_TAGS = policy({ Effect: 'Deny', Action: 'sts:TagGetWebIdentityToken', Resource: '*' })
const ALLOW_OTHERS = policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' })

const NOTHING: ApplicablePolicies = {
  identity: [],
  boundary: null,
  session: null,
  scopeDown: [],
  serviceControl: [],
  resourceControl: [],
  isAccountRoot: false,
}
const EVERYTHING: ApplicablePolicies = { ...NOTHING, identity: [ALLOW_ALL] }

const TOKEN: Permission = { action: 'sts:GetWebIdentityToken', resource: '*', context: [] }
const TAG: Permission = { action: 'sts:TagGetWebIdentityToken', resource: '*', context: [] }

function callOf(caller: Caller): Call {
  return {
    caller,
    requestId: 'r',
    nowMs: NOW_MS,
    region: 'eu-west-1',
    sourceIp: '192.0.2.1',
    userAgent: '',
    secureTransport: true,
    isGlobalEndpoint: false,
    services: {} as Call['services'],
  }
}

/** Asks the step; resolves to what it came to, and what was heard of it. */
async function ask(row: {
  readonly permissions: readonly Permission[]
  readonly caller?: Caller
  readonly policies?: ApplicablePolicies
}) {
  const { caller = USER, policies = NOTHING } = row
  const directory = {
    loadPolicies: vi.fn<Directory['loadPolicies']>(async () => policies),
    loadTrustPolicies: vi.fn<Directory['loadTrustPolicies']>(async () => policies),
  }
  const decisions: ActionDecision[] = []
  const refusal = await authorize(row.permissions, callOf(caller), directory, decision => {
    decisions.push(decision)
  }).then(
    () => null,
    (error: unknown) => (error instanceof ServiceError ? `${error.code}: ${error.message}` : error),
  )
  const effects = decisions.map(({ decision }) => decision?.effect ?? 'no role')
  return { refusal, decisions, effects, directory }
}

const refused = (caller: string, action: string, reason = '', resource = '*') =>
  `AccessDenied: User: ${caller} is not authorized to perform: ${action} on resource: ${resource}${reason}`

describe('what an operation wants', () => {
  it.each<
    readonly [
      string,
      Parameters<typeof ask>[0] & { refusal: string | null; effects: readonly string[] },
    ]
  >([
    ['is granted when it wants nothing', { permissions: [], refusal: null, effects: [] }],
    [
      'is granted when a policy allows it',
      { permissions: [TOKEN], policies: EVERYTHING, refusal: null, effects: ['allow'] },
    ],
    [
      'is granted when policies allow all of it',
      {
        permissions: [TOKEN, TAG],
        policies: EVERYTHING,
        refusal: null,
        effects: ['allow', 'allow'],
      },
    ],
    [
      'is granted to root, whom nothing restricts',
      {
        permissions: [TOKEN],
        caller: ROOT,
        policies: { ...NOTHING, isAccountRoot: true },
        refusal: null,
        effects: ['allow'],
      },
    ],
    [
      'is refused without any policy',
      {
        permissions: [TOKEN],
        refusal: refused(
          ALICE,
          TOKEN.action,
          ` because no identity-based policy allows the ${TOKEN.action} action`,
        ),
        effects: ['deny'],
      },
    ],
    [
      'is refused when a policy allows something else',
      {
        permissions: [TOKEN],
        policies: { ...NOTHING, identity: [ALLOW_OTHERS] },
        refusal: refused(
          ALICE,
          TOKEN.action,
          ` because no identity-based policy allows the ${TOKEN.action} action`,
        ),
        effects: ['deny'],
      },
    ],
    [
      'is refused at its second part, which a policy denies',
      {
        permissions: [TOKEN, TAG],
        policies: { ...NOTHING, identity: [ALLOW_ALL, DENY_TAGS] },
        refusal: refused(ALICE, TAG.action, ' with an explicit deny in an identity-based policy'),
        effects: ['allow', 'deny'],
      },
    ],
    [
      'is refused at its first part, and not asked further',
      {
        permissions: [TAG, TOKEN],
        policies: { ...NOTHING, identity: [ALLOW_ALL, DENY_TAGS] },
        refusal: refused(ALICE, TAG.action, ' with an explicit deny in an identity-based policy'),
        effects: ['deny'],
      },
    ],
    [
      'is refused by session policies that leave it out',
      {
        permissions: [TOKEN],
        caller: ASSUMED_ROLE,
        policies: { ...EVERYTHING, session: [ALLOW_OTHERS] },
        refusal: refused(
          ASSUMED_ROLE.arn,
          TOKEN.action,
          ` because no session policy allows the ${TOKEN.action} action`,
        ),
        effects: ['deny'],
      },
    ],
    [
      'is refused to root by the organization',
      {
        permissions: [TOKEN],
        caller: ROOT,
        policies: { ...NOTHING, isAccountRoot: true, serviceControl: [[ALLOW_OTHERS]] },
        refusal: refused(
          ROOT.arn,
          TOKEN.action,
          ` because no service control policy allows the ${TOKEN.action} action`,
        ),
        effects: ['deny'],
      },
    ],
  ])('%s', async (_, row) => {
    const { refusal, effects, directory } = await ask(row)
    expect(refusal).toBe(row.refusal)
    expect(effects).toEqual(row.effects)
    expect(directory.loadPolicies).toHaveBeenCalledTimes(row.effects.length)
    expect(directory.loadTrustPolicies).not.toHaveBeenCalled()
  })

  it('is decided by keys of its own and by those of every request', async () => {
    const Condition = {
      StringEquals: { 'sts:SigningAlgorithm': 'ES384', 'aws:PrincipalArn': ALICE },
      IpAddress: { 'aws:SourceIp': '192.0.2.0/24' },
    }
    const identity = [policy({ Effect: 'Allow', Action: '*', Resource: '*', Condition })]
    const policies = { ...NOTHING, identity }
    const permissions = (algorithm: string): readonly Permission[] => [
      { ...TOKEN, context: [['sts:SigningAlgorithm', algorithm]] },
    ]
    expect((await ask({ permissions: permissions('ES384'), policies })).refusal).toBeNull()
    expect((await ask({ permissions: permissions('RS256'), policies })).refusal).not.toBeNull()
    const { decisions } = await ask({ permissions: permissions('ES384'), policies })
    expect(decisions[0]).toMatchObject({ request: { action: TOKEN.action, resource: '*' } })
    expect(decisions[0]?.isAboutTrust).toBe(false)
  })

  it.each([
    ['cannot be read', new UnavailableError('the store is down')],
    ['are damaged', new TypeError('a policy cannot be parsed')],
  ])('is not granted while policies %s', async (_, failure) => {
    const decisions: ActionDecision[] = []
    const directory = {
      loadPolicies: () => Promise.reject(failure),
      loadTrustPolicies: () => Promise.reject(failure),
    }
    const note = (decision: ActionDecision) => void decisions.push(decision)
    await expect(authorize([TOKEN], callOf(ROOT), directory, note)).rejects.toBe(failure)
    const trusted = { ...TOKEN, trustingRole: trusting({ AWS: '*' }) }
    await expect(authorize([trusted], callOf(ROOT), directory, note)).rejects.toBe(failure)
    expect(decisions).toEqual([])
  })
})

/** A role that trusts, in the account of the callers unless another is named. */
function trusting(principal: object, effect = 'Allow', account = HOME): TrustingRole {
  const statement = { Effect: effect, Principal: principal, Action: 'sts:*' }
  return {
    account,
    role: createRole(2, { name: 'target' }),
    arn: ROLE_ARN,
    trustPolicy: policy(statement, 'trust').policy,
  }
}

describe('a role that is to be assumed', () => {
  const assume = (trustingRole: TrustingRole | null, action = 'sts:AssumeRole'): Permission => ({
    action,
    resource: ROLE_ARN,
    context: [],
    trustingRole,
  })
  const other = createAccount(OTHER_ACCOUNT_ID)
  const distrusted = refused(ALICE, 'sts:AssumeRole', '', ROLE_ARN)

  it.each<
    readonly [
      string,
      {
        role: TrustingRole | null
        caller?: Caller
        action?: string
        policies?: ApplicablePolicies
        refusal: string | null
        effects: readonly string[]
      },
    ]
  >([
    [
      'is had by whom it names, without a policy of theirs',
      { role: trusting({ AWS: ALICE }), refusal: null, effects: ['allow'] },
    ],
    [
      'is not had by whom their account alone is named, without a policy',
      { role: trusting({ AWS: HOME.id }), refusal: distrusted, effects: ['deny'] },
    ],
    [
      'is had by whom their account is named and a policy allows it',
      {
        role: trusting({ AWS: HOME.id }),
        policies: EVERYTHING,
        refusal: null,
        effects: ['allow'],
      },
    ],
    [
      'is not had by others, whatever their policies; why is not told',
      {
        role: trusting({ AWS: OTHER_ACCOUNT_ID }),
        policies: EVERYTHING,
        refusal: distrusted,
        effects: ['deny'],
      },
    ],
    [
      'is not had by whom it denies; why is not told',
      {
        role: trusting({ AWS: ALICE }, 'Deny'),
        policies: EVERYTHING,
        refusal: distrusted,
        effects: ['deny'],
      },
    ],
    [
      'is refused in the same words when it does not exist',
      { role: null, policies: EVERYTHING, refusal: distrusted, effects: ['no role'] },
    ],
    [
      'is refused to a token of a provider that it does not trust, without a name',
      {
        role: trusting({ AWS: ALICE }),
        caller: WEB_IDENTITY,
        action: 'sts:AssumeRoleWithWebIdentity',
        refusal: 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
        effects: ['deny'],
      },
    ],
    [
      'is had with a token of a provider that it trusts',
      {
        role: trusting({ Federated: WEB_IDENTITY.arn }),
        caller: WEB_IDENTITY,
        action: 'sts:AssumeRoleWithWebIdentity',
        refusal: null,
        effects: ['allow'],
      },
    ],
  ])('%s', async (_, row) => {
    const { refusal, effects, decisions, directory } = await ask({
      permissions: [assume(row.role, row.action)],
      ...row,
    })
    expect(refusal).toBe(row.refusal)
    expect(effects).toEqual(row.effects)
    expect(decisions.map(({ isAboutTrust }) => isAboutTrust)).toEqual([true])
    expect(directory.loadPolicies).not.toHaveBeenCalled()
  })

  it('is decided with the policies that count in its own account', async () => {
    const role = trusting({ AWS: ALICE }, 'Allow', other)
    const { directory } = await ask({ permissions: [assume(role)], policies: EVERYTHING })
    expect(directory.loadTrustPolicies.mock.calls).toEqual([[USER, other]])
    const { directory: unasked } = await ask({ permissions: [assume(null)] })
    expect(unasked.loadTrustPolicies).not.toHaveBeenCalled()
  })

  it('needs what else the operation wants, too', async () => {
    const permissions = [assume(trusting({ AWS: ALICE })), TAG]
    expect(await ask({ permissions })).toMatchObject({
      refusal: expect.stringContaining(TAG.action),
      effects: ['allow', 'deny'],
    })
  })
})
