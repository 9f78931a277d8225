import { expect, test } from 'vitest'
import { parseAccountId } from '../principals/identifiers.ts'
import { bindPrincipals } from './bind-principals.ts'
import { evaluateTrust } from './evaluate.ts'
import type { RequestPrincipal } from './match-principal.ts'
import { parsePolicy } from './parse-policy.ts'

const ACCOUNT = parseAccountId('123456789012')
const ROLE_ID = 'AROAAAAAAAAAAAAAAAAAB'
const USER_ID = 'AIDAAAAAAAAAAAAAAAAAB'
const BOB = `arn:aws:iam::${ACCOUNT}:user/bob`
const APP = `arn:aws:iam::${ACCOUNT}:role/app`
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/app/s1`
const GUEST = `arn:aws:sts::${ACCOUNT}:federated-user/guest`

function createPrincipal(
  ownNames: readonly string[],
  issuerNames: readonly string[] = [],
): RequestPrincipal {
  return { kind: 'aws', accountId: ACCOUNT, partition: 'aws', ownNames, issuerNames }
}

const BOB_HIMSELF = createPrincipal([BOB, USER_ID])
const ANOTHER_BOB = createPrincipal([BOB, 'AIDAAAAAAAAAAAAAAAAAC'])
const RENAMED_BOB = createPrincipal([BOB.replace('bob', 'rob'), USER_ID])
const APP_ITSELF = createPrincipal([SESSION, `${ROLE_ID}:s1`], [APP, ROLE_ID])
const ANOTHER_APP = createPrincipal(
  [SESSION, 'AROAAAAAAAAAAAAAAAAAC:s1'],
  [APP, 'AROAAAAAAAAAAAAAAAAAC'],
)
const A_GUEST = createPrincipal([GUEST], [BOB, USER_ID])

const IDS = new Map([
  [BOB, USER_ID],
  [APP, ROLE_ID],
  [SESSION, `${ROLE_ID}:s1`],
])

const ALLOW = { Effect: 'Allow', Action: 'sts:AssumeRole' }
const DENY = { Effect: 'Deny', Action: 'sts:AssumeRole' }
const EVERYONE = { ...ALLOW, Principal: { AWS: '*' } }

function decide(
  statements: readonly object[],
  principal: RequestPrincipal,
  ids: ReadonlyMap<string, string>,
) {
  const document = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  const policy = bindPrincipals(parsePolicy(document, 'trust'), arn => ids.get(arn) ?? null)
  const request = {
    action: 'sts:AssumeRole',
    resource: `arn:aws:iam::${ACCOUNT}:role/target`,
    context: new Map(),
  }
  const policies = {
    identity: [],
    boundary: null,
    session: null,
    scopeDown: [],
    serviceControl: [],
    resourceControl: [],
    isAccountRoot: false,
  }
  const trusted = { policyId: 'trust', policy, accountId: ACCOUNT, principal }
  return evaluateTrust(request, policies, trusted).effect
}

test.each([
  ['a user', BOB, BOB_HIMSELF, 'allow'],
  ['a user under a new name', BOB, RENAMED_BOB, 'allow'],
  ['another user of the name', BOB, ANOTHER_BOB, 'deny'],
  ['a role', APP, APP_ITSELF, 'allow'],
  ['another role of the name', APP, ANOTHER_APP, 'deny'],
  ['a session', SESSION, APP_ITSELF, 'allow'],
  ['a session of another role of the name', SESSION, ANOTHER_APP, 'deny'],
  ['a federated user, by name', GUEST, A_GUEST, 'allow'],
] as const)(
  'an Allow of a name trusts whom the name stood for: %s',
  (_, name, principal, effect) => {
    expect(decide([{ ...ALLOW, Principal: { AWS: name } }], principal, IDS)).toBe(effect)
  },
)

test.each([
  ['the user', BOB_HIMSELF, 'deny'],
  ['the user under a new name', RENAMED_BOB, 'deny'],
  ['another user of the name', ANOTHER_BOB, 'allow'],
] as const)('a Deny of a name denies whom the name stood for: %s', (_, principal, effect) => {
  const statements = [EVERYONE, { ...DENY, Principal: { AWS: BOB } }]
  expect(decide(statements, principal, IDS)).toBe(effect)
})

test('an Allow of a name that stood for nobody trusts nobody', () => {
  expect(decide([{ ...ALLOW, Principal: { AWS: BOB } }], BOB_HIMSELF, new Map())).toBe('deny')
  const others = [{ ...ALLOW, Principal: { AWS: [BOB, APP] } }]
  expect(decide(others, BOB_HIMSELF, new Map([[APP, ROLE_ID]]))).toBe('deny')
})

test.each([
  ['a user', BOB, ANOTHER_BOB],
  ['a role', APP, ANOTHER_APP],
  ['a session', SESSION, ANOTHER_APP],
] as const)(
  'a Deny of a name that stood for nobody still matches by name: %s',
  (_, name, principal) => {
    const statements = [EVERYONE, { ...DENY, Principal: { AWS: name } }]
    expect(decide(statements, principal, new Map())).toBe('deny')
  },
)

test('NotPrincipal exempts whom its name stood for, and nobody where it stood for nobody', () => {
  const statements = [EVERYONE, { ...DENY, NotPrincipal: { AWS: [ACCOUNT, BOB] } }]
  expect(decide(statements, BOB_HIMSELF, IDS)).toBe('allow')
  expect(decide(statements, RENAMED_BOB, IDS)).toBe('allow')
  expect(decide(statements, ANOTHER_BOB, IDS)).toBe('deny')
  expect(decide(statements, BOB_HIMSELF, new Map())).toBe('deny')
})

test('a bound policy is frozen as the one that it is made of', () => {
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: { ...ALLOW, Principal: { AWS: BOB } },
  })
  const policy = bindPrincipals(parsePolicy(document, 'trust'), () => USER_ID)
  const [statement] = policy.statements
  const entries = statement?.principals?.entries ?? []
  const parts = [policy, policy.statements, statement, statement?.principals, entries, entries[0]]
  expect(parts.map(part => Object.isFrozen(part))).toEqual(parts.map(() => true))
  expect(entries).toEqual([{ kind: 'unique-id', uniqueId: USER_ID }])
})
