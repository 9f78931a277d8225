import type { Account } from '../../../src/principals/entities.ts'
import { Secret } from '../../../src/secrets/secret.ts'
import type { SigningCredentials } from '../../../src/wire/sigv4/sign.ts'
import { addAccount, addRootKey, addUser } from '../accounts.ts'
import type { TestServer, TestServerOptions } from '../server.ts'
import { type PopulatedServer, startPopulatedServer } from './populated-server.ts'

/** The account of most callers; federation is on. */
export const ACCOUNT = '123456789012'

/** An account whose federation was never on. */
export const ACCOUNT_WITHOUT_FEDERATION = '000000000002'

/** Who calls. */
export type CallerName =
  /** Allowed everything. */
  | 'admin'
  /** Allowed nothing. */
  | 'nobody'
  /** The root of the account. */
  | 'root'
  /** Allowed everything in an account without federation. */
  | 'outsider'
  /** Allowed nothing in an account without federation. */
  | 'outsider-nobody'
  /** Has a key that nobody has issued. */
  | 'unknown'
  /** Has the admin's key and a wrong secret. */
  | 'impostor'
  /** Has the admin's key and a session token that does not open. */
  | 'admin-with-session'
  /** Has a key as temporary credentials have it, without their token. */
  | 'temporary'

/** A server with two accounts and callers of all kinds. */
export interface World extends PopulatedServer {
  readonly callers: Readonly<Record<CallerName, SigningCredentials>>
}

/** Starts a server with everybody in it. */
export function startWorld(options: TestServerOptions = {}): Promise<World> {
  return startPopulatedServer(ACCOUNT, addCallers, options)
}

async function addCallers(server: TestServer, account: Account): Promise<Pick<World, 'callers'>> {
  const bare = await addAccount(server, ACCOUNT_WITHOUT_FEDERATION, { isFederationEnabled: false })
  const admin = await addUser(server, account, 'admin')
  const nobody = await addUser(server, account, 'nobody', { statements: [] })
  const outsider = await addUser(server, bare, 'outsider')
  const outsiderNobody = await addUser(server, bare, 'nobody', { statements: [] })
  return {
    callers: {
      admin: admin.credentials,
      nobody: nobody.credentials,
      root: await addRootKey(server, account),
      outsider: outsider.credentials,
      'outsider-nobody': outsiderNobody.credentials,
      unknown: { ...admin.credentials, accessKeyId: 'AKIAUNKNOWN000000000' },
      impostor: { ...admin.credentials, secretAccessKey: new Secret('wrong'.repeat(8)) },
      'admin-with-session': { ...admin.credentials, sessionToken: new Secret('bm90IHNlYWxlZA==') },
      temporary: { ...admin.credentials, accessKeyId: 'ASIAUNKNOWN000000000' },
    },
  }
}
