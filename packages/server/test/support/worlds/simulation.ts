import { createDirectory } from '../../../src/directory/directory.ts'
import { findSubject } from '../../../src/explain/find-subject.ts'
import { type SimulatedAction, simulateActions } from '../../../src/explain/simulate.ts'
import { SIMULATED_SESSION_NAME } from '../../../src/operations/iam/simulated-caller.ts'
import type { ContextValue } from '../../../src/policy/decision.ts'
import { formatUserArn, toArnHome } from '../../../src/principals/arn.ts'
import type { Account } from '../../../src/principals/entities.ts'
import type { SigningCredentials } from '../../../src/wire/sigv4/sign.ts'
import { addAccount, addUser } from '../accounts.ts'
import { REGION } from '../calls.ts'
import type { Statements } from '../policies.ts'
import { addManagedPolicy, addRole } from '../roles.ts'
import { startTestServer, type TestServer } from '../server.ts'
import { assumeRole } from '../sts-calls.ts'

const ID = '123456789012'

/** What the questions are about, beside the caller itself. */
export const TARGETS = {
  user: `arn:aws:iam::${ID}:user/team/target`,
  role: `arn:aws:iam::${ID}:role/team/target`,
  policy: `arn:aws:iam::${ID}:policy/target`,
} as const

/** A principal as a property makes it up. */
export interface RandomPrincipal {
  readonly kind: 'user' | 'role'
  readonly tags: Readonly<Record<string, string>>
  readonly statements: Statements
  /** Of a role alone; null without a boundary. */
  readonly boundary: Statements | null
}

/** A server in an organization with something to ask about, and an administrator. */
export interface SimulatedWorld extends AsyncDisposable {
  readonly server: TestServer
  readonly account: Account
  readonly admin: SigningCredentials
}

/** A principal that is there, with credentials to make real calls with. */
export interface LivingPrincipal {
  readonly arn: string
  readonly credentials: SigningCredentials
}

/** Starts the server. */
export async function startSimulatedWorld(): Promise<SimulatedWorld> {
  const server = await startTestServer({ settings: { 'sts.regions': REGION } })
  const account = await addAccount(server, ID, { organization: 'o-example1234/r-ab12' })
  await server.data.store.saveControlPolicy({
    organizationId: 'o-example1234',
    targetId: 'r-ab12',
    kind: 'scp',
    name: 'guard',
    document: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        {
          Effect: 'Deny',
          Action: 'iam:ListRoles',
          Resource: '*',
          Condition: { StringNotEquals: { 'aws:PrincipalTag/team': 'data' } },
        },
      ],
    }),
  })
  const { credentials: admin } = await addUser(server, account, 'admin')
  const target = { path: '/team/', tags: { team: 'data' } }
  await addUser(server, account, 'target', target)
  const permissionsBoundaryArn = await addManagedPolicy(server, account, 'target', [
    { Effect: 'Allow', Action: '*', Resource: '*' },
  ])
  await addRole(server, account, 'target', { ...target, permissionsBoundaryArn })
  return { server, account, admin, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

/** Makes a principal; of a role also the session that makes its real calls. */
export async function addPrincipal(
  { server, account, admin }: SimulatedWorld,
  name: string,
  { kind, tags, statements, boundary }: RandomPrincipal,
): Promise<LivingPrincipal> {
  if (kind === 'user') {
    const { credentials, user } = await addUser(server, account, name, { tags, statements })
    return { arn: formatUserArn(toArnHome(account), user.path, name), credentials }
  }
  const bounds =
    boundary === null
      ? {}
      : { permissionsBoundaryArn: await addManagedPolicy(server, account, `${name}-b`, boundary) }
  const role = await addRole(server, account, name, { tags, statements, ...bounds })
  // The name of a session is its maker's choice; the simulation's stands for it.
  const choice = { RoleSessionName: SIMULATED_SESSION_NAME }
  return { arn: role.arn, credentials: await assumeRole(server, admin, role, choice) }
}

/** What the command line says that a principal may do. */
export async function simulateByCommand(
  { server }: SimulatedWorld,
  principal: string,
  question: {
    readonly actions: readonly string[]
    readonly resource: string
    readonly given: ReadonlyMap<string, ContextValue>
  },
): Promise<readonly SimulatedAction[]> {
  const { store } = server.data
  // As the command does, which looks at the store once and then ends.
  const directory = createDirectory({ ...server.data, maxEntries: 1_000 })
  const who = await findSubject(store, principal)
  if (who === null) throw new Error('the principal is there')
  const moment = { nowMs: server.clock.nowMs(), region: REGION, secureTransport: false }
  return simulateActions(directory, store, { who, ...question, moment })
}
