import { onTestFinished } from 'vitest'
import type { Caller } from '../../principals/caller.ts'
import type { Account, OrganizationPlacement } from '../../principals/entities.ts'
import type { UniqueId } from '../../principals/identifiers.ts'
import type { Session } from '../../principals/session.ts'
import type { SessionPrincipal } from '../../principals/session-principal.ts'
import type { Sealer } from '../../secrets/sealer.ts'
import type { Store } from '../../store/ports.ts'
import { createSqliteStore } from '../../store/sqlite/sqlite-store.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createKey,
  createKeyId,
  createManagedPolicy,
  createPolicyVersion,
  createRole,
  createRoleId,
  createUser,
  createUserId,
} from '../../store/test/records.ts'
import { createDirectory, type Directory } from '../directory.ts'

/** A sealer that hides nothing. */
export const OPEN_SEALER: Sealer = {
  seal: (_, plaintext) => Uint8Array.from(plaintext),
  unseal: (_, sealed) => Uint8Array.from(sealed),
}

/** A directory over a store in memory that says what it was asked. */
export interface World {
  readonly store: Store
  readonly directory: Directory
  /** The names of the store's methods, in the order of the calls. */
  readonly calls: string[]
  /** Lets the directory hear of what was written. */
  readonly follow: () => Promise<void>
  /** Makes every call of the store fail. */
  isDown: boolean
}

/** A world with the account of the tests, its user 1 with key 1, its role 1, and key 2 of its root. */
export async function createWorld(
  options: {
    readonly organization?: OrganizationPlacement | null
    readonly maxEntries?: number
  } = {},
): Promise<World> {
  const opened = await createSqliteStore({ path: ':memory:' })
  onTestFinished(() => opened.close())
  const calls: string[] = []
  const store = new Proxy(opened, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...args: readonly unknown[]) => {
        calls.push(String(name))
        if (world.isDown) return Promise.reject(new Error('the store is down'))
        return Reflect.apply(member, target, args)
      }
    },
  })
  const { maxEntries = 100 } = options
  const directory = createDirectory({ store, sealer: OPEN_SEALER, maxEntries })
  const world: World = {
    store,
    directory,
    calls,
    follow: async () => directory.invalidate(await opened.takeChangedTopics()),
    isDown: false,
  }
  await opened.createAccount(createHome(options.organization ?? null))
  await opened.createUser(createUser(1))
  await opened.createAccessKey(createKey(1, { userId: createUserId(1) }))
  await opened.createAccessKey(createKey(2))
  await opened.createRole(createRole(1))
  calls.length = 0
  return world
}

/** The account of the tests. */
function createHome(organization: OrganizationPlacement | null = null): Account {
  return { ...createAccount(ACCOUNT_ID), organization }
}

/** A policy document of one statement. */
export function formatPolicy(
  effect: 'Allow' | 'Deny',
  action: string,
  more: Readonly<Record<string, unknown>> = {},
): string {
  const statement = { Effect: effect, Action: action, Resource: '*', ...more }
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
}

/** Gives the account of the tests a managed policy; its ARN. */
export async function addManagedPolicy(
  { store }: World,
  number: number,
  document: string,
): Promise<string> {
  const policy = createManagedPolicy(number)
  await store.createManagedPolicy(policy, createPolicyVersion(1, document))
  return policy.arn
}

/** Gives a user, group or role an inline policy. */
export function addInlinePolicy(
  { store }: World,
  id: UniqueId,
  document: string,
  name = 'p',
): Promise<void> {
  return store.saveInlinePolicy(ACCOUNT_ID, id, { name, document })
}

/** A session of a role, different from the usual one where the test says so. */
export function createSession(changes: Partial<Session> = {}): Session {
  return {
    kind: 'assumed-role',
    name: 'ci',
    issuedAtMs: 10_000,
    expiresAtMs: 20_000,
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
    ...changes,
  }
}

/** The session as it is issued by the credentials of `key`. */
export function findSession(
  { directory }: World,
  principal: SessionPrincipal,
  session: Session,
): Promise<Caller | null> {
  return directory.findSessionPrincipal({ principal, session }, SESSION_KEY_ID)
}

/** The access key id of every session of the tests. */
export const SESSION_KEY_ID = createKeyId(99)

/** Whose sessions role 1, user 1 and root have. */
export const OWNERS = {
  role: { kind: 'role', accountId: ACCOUNT_ID, roleId: createRoleId(1) },
  user: {
    kind: 'user',
    accountId: ACCOUNT_ID,
    userId: createUserId(1),
    parentAccessKeyId: createKeyId(1),
  },
  root: { kind: 'root', accountId: ACCOUNT_ID, parentAccessKeyId: createKeyId(2) },
} as const satisfies Readonly<Record<string, SessionPrincipal>>

/** Each kind of caller of the tests, as the directory finds it. */
export const CALLERS = {
  root: (world: World) => findKeyCaller(world, 2),
  user: (world: World) => findKeyCaller(world, 1),
  role: (world: World, session: Partial<Session> = {}) =>
    findSessionCaller(world, 'role', createSession(session)),
  federatedUser: (world: World, session: Partial<Session> = {}) =>
    findSessionCaller(world, 'user', createSession({ kind: 'federated-user', ...session })),
  sessionToken: (world: World) =>
    findSessionCaller(world, 'user', createSession({ kind: 'session-token', name: null })),
} as const

async function findKeyCaller({ directory }: World, key: number): Promise<Caller> {
  const credential = await directory.findCredential(createKeyId(key))
  if (credential === null) throw new Error(`there is no key ${key}`)
  return credential.caller
}

async function findSessionCaller(
  world: World,
  owner: keyof typeof OWNERS,
  session: Session,
): Promise<Caller> {
  const caller = await findSession(world, OWNERS[owner], session)
  if (caller === null) throw new Error(`the session of ${owner} is dead`)
  return caller
}
