import { expect, test } from 'vitest'
import {
  type Arn,
  formatAssumedRoleArn,
  formatFederatedUserArn,
  formatRoleArn,
  formatRootArn,
  formatUserArn,
} from '../principals/arn.ts'
import type { Caller } from '../principals/caller.ts'
import type { Account, Role, User } from '../principals/entities.ts'
import { formatAccessKeyId, formatUniqueId, parseAccountId } from '../principals/identifiers.ts'
import type { Session } from '../principals/session.ts'
import { createCallerPrincipal } from './match-principal.ts'

const BYTES = new Uint8Array(17)
const accountId = parseAccountId('123456789012')
const home = { partition: 'aws-cn', accountId } as const
const account: Account = {
  id: accountId,
  partition: 'aws-cn',
  name: 'test',
  createdAtMs: 0,
  organization: null,
}
const user: User = {
  accountId,
  id: formatUniqueId('user', BYTES),
  name: 'bob',
  path: '/ops/',
  createdAtMs: 0,
  tags: [],
  permissionsBoundaryArn: null,
}
const role: Role = {
  accountId,
  id: formatUniqueId('role', BYTES),
  name: 'app',
  path: '/x/',
  createdAtMs: 0,
  description: null,
  trustPolicy: '{}',
  trustPins: [],
  maxSessionSeconds: 3_600,
  tags: [],
  permissionsBoundaryArn: null,
  sessionsRevokedBeforeMs: null,
}
const session: Session = {
  kind: 'assumed-role',
  name: 's1',
  issuedAtMs: 0,
  expiresAtMs: 1,
  tags: [],
  transitiveTagKeys: [],
  sourceIdentity: null,
  federatedProvider: null,
  webIdentity: null,
  isChained: false,
  inlinePolicy: null,
  policyArns: [],
  computeContext: new Map(),
  scopeDownPolicies: [],
  identityContext: null,
}
const common = {
  account,
  accessKeyId: formatAccessKeyId('ASIA', BYTES),
  principalTags: [],
}

const rootArn = formatRootArn(home)
const userArn = formatUserArn(home, '/ops/', 'bob')
const roleArn = formatRoleArn(home, '/x/', 'app')
const sessionArn = formatAssumedRoleArn(home, 'app', 's1')
const federatedArn = formatFederatedUserArn(home, 'guest')

const CALLERS: readonly (readonly [Caller, readonly string[], readonly string[]])[] = [
  [
    {
      ...common,
      kind: 'root',
      arn: rootArn,
      principalArn: rootArn,
      userId: accountId,
      session: null,
    },
    [],
    [],
  ],
  [
    {
      ...common,
      kind: 'user',
      arn: userArn,
      principalArn: userArn,
      userId: user.id,
      session: null,
      user,
    },
    [userArn, user.id],
    [],
  ],
  [
    {
      ...common,
      kind: 'assumed-role',
      arn: sessionArn,
      principalArn: roleArn,
      userId: `${role.id}:s1`,
      session,
      role,
    },
    [sessionArn, `${role.id}:s1`],
    [roleArn, role.id],
  ],
  [
    {
      ...common,
      kind: 'federated-user',
      arn: federatedArn,
      principalArn: federatedArn,
      userId: `${accountId}:guest`,
      session,
      user,
    },
    [federatedArn],
    [userArn, user.id],
  ],
]

test('the holder of a token is known as one of its provider', () => {
  const arn = `arn:aws-cn:iam::${accountId}:oidc-provider/ci.example` as Arn
  const provider = {
    accountId,
    arn,
    url: 'https://ci.example',
    clientIds: [],
    thumbprints: [],
    createdAtMs: 0,
    tags: [],
    inlineJwks: null,
    contextProvider: null,
  }
  const caller: Caller = {
    ...common,
    kind: 'web-identity',
    arn,
    principalArn: arn,
    userId: `${arn}:client:subject`,
    accessKeyId: null,
    session: null,
    identity: {
      provider,
      issuer: provider.url,
      subject: 'subject',
      audience: 'client',
      originalAudiences: ['client'],
      sourceIdentity: null,
      sessionTags: [],
      transitiveTagKeys: [],
      authorizedRoleArns: null,
      authenticationMethods: null,
      email: null,
      providerClaims: new Map(),
      identityContext: null,
    },
  }
  expect(createCallerPrincipal(caller)).toEqual({ kind: 'federated', provider: arn })
})

test.each(CALLERS)('$kind has the names that a policy may use', (caller, ownNames, issuerNames) => {
  expect(createCallerPrincipal(caller)).toEqual({
    kind: 'aws',
    accountId,
    partition: 'aws-cn',
    ownNames,
    issuerNames,
  })
})
