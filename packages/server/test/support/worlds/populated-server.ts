import type { Account } from '../../../src/principals/entities.ts'
import { addAccount } from '../accounts.ts'
import { startTestServer, type TestServer, type TestServerOptions } from '../server.ts'

/** A server with an account, which every world has. */
export interface PopulatedServer extends AsyncDisposable {
  readonly server: TestServer
  readonly account: Account
}

/**
 * Starts a server, makes an account with federation on, and lets `populate` put into it whoever else a
 * world has. What `populate` leaves in the stack is disposed of before the server is; all of it too when
 * it fails.
 */
export async function startPopulatedServer<Members extends object>(
  accountId: string,
  populate: (server: TestServer, account: Account, stack: AsyncDisposableStack) => Promise<Members>,
  options: TestServerOptions = {},
): Promise<PopulatedServer & Members> {
  await using stack = new AsyncDisposableStack()
  const server = stack.use(await startTestServer(options))
  const account = await addAccount(server, accountId)
  const members = await populate(server, account, stack)
  const disposal = stack.move()
  return {
    server,
    account,
    ...members,
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  }
}
