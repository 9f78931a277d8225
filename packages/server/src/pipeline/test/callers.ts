import {
  formatAssumedRoleArn,
  formatFederatedUserArn,
  formatOidcProviderArn,
  formatRoleArn,
  formatRootArn,
  formatUserArn,
  toArnHome,
} from '../../principals/arn.ts'
import type {
  AssumedRoleCaller,
  FederatedUserCaller,
  RootCaller,
  UserCaller,
  WebIdentityCaller,
} from '../../principals/caller.ts'
import type { Session } from '../../principals/session.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createKeyId,
  createOidcProvider,
  createRole,
  createUser,
} from '../../store/test/records.ts'

/** The account of all callers. */
export const HOME = createAccount(ACCOUNT_ID)

/** The long-term key of root and user. */
export const KEY_ID = createKeyId(1)

const home = toArnHome(HOME)
const common = { account: HOME, accessKeyId: KEY_ID, principalTags: [], session: null }
const user = createUser(1, { name: 'alice' })
const role = createRole(1, { name: 'deployer' })
const provider = createOidcProvider('idp.example.com')
const providerArn = formatOidcProviderArn(home, 'idp.example.com')

/** A session of the role, different from the usual one where the test says so. */
export function createSession(changes: Partial<Session> = {}): Session {
  return {
    kind: 'assumed-role',
    name: 'ci',
    issuedAtMs: Date.UTC(2026, 0, 2, 3),
    expiresAtMs: Date.UTC(2026, 0, 2, 4),
    tags: [],
    transitiveTagKeys: [],
    sourceIdentity: null,
    federatedProvider: null,
    webIdentity: null,
    isChained: false,
    inlinePolicy: null,
    policyArns: [],
    scopeDownPolicies: [],
    computeContext: new Map(),
    identityContext: null,
    ...changes,
  }
}

/** The account's root, with a key of its own. */
export const ROOT: RootCaller = {
  ...common,
  kind: 'root',
  arn: formatRootArn(home),
  principalArn: formatRootArn(home),
  userId: ACCOUNT_ID,
}

/** The user `alice`, with a key of its own. */
export const USER: UserCaller = {
  ...common,
  kind: 'user',
  arn: formatUserArn(home, '/', 'alice'),
  principalArn: formatUserArn(home, '/', 'alice'),
  userId: user.id,
  user,
}

/** A session `ci` of the role `deployer`. */
export const ASSUMED_ROLE: AssumedRoleCaller = {
  ...common,
  kind: 'assumed-role',
  arn: formatAssumedRoleArn(home, 'deployer', 'ci'),
  principalArn: formatRoleArn(home, '/', 'deployer'),
  userId: `${role.id}:ci`,
  role,
  session: createSession(),
}

/** A federated user `bob` of alice's. */
export const FEDERATED_USER: FederatedUserCaller = {
  ...common,
  kind: 'federated-user',
  arn: formatFederatedUserArn(home, 'bob'),
  principalArn: formatFederatedUserArn(home, 'bob'),
  userId: `${ACCOUNT_ID}:bob`,
  user,
  session: createSession({ kind: 'federated-user', name: 'bob' }),
}

/** Somebody with a token of a registered provider. */
export const WEB_IDENTITY: WebIdentityCaller = {
  ...common,
  kind: 'web-identity',
  arn: providerArn,
  principalArn: providerArn,
  userId: providerArn,
  accessKeyId: null,
  session: null,
  identity: {
    provider,
    issuer: provider.url,
    subject: 'repo:example/app',
    audience: 'sts.amazonaws.com',
    originalAudiences: ['sts.amazonaws.com'],
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
