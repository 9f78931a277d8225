import {
  createInstallation,
  type Installation,
} from '../../packages/server/test/system/installation.ts'
import { ALGORITHMS } from '../limits/bare-sign.ts'
import { askAdministrator } from '../load/ask-administrator.ts'
import { type MeasuredServer, warmUp } from './measured-server.ts'
import { startCredenceServer } from './start-credence.ts'
import { PLAIN } from './variants.ts'

/** Credence as most rows measure it: one process, one account, its administrator. */
export interface MainServer {
  readonly server: MeasuredServer
  readonly installation: Installation
}

/** Makes an installation with some settings, starts a server on it and warms it up. */
export async function startMainServer(
  { warmUpSeconds }: { readonly warmUpSeconds: number },
  stack: AsyncDisposableStack,
  {
    name = 'Credence',
    settings = PLAIN,
  }: {
    readonly name?: string
    readonly settings?: Readonly<Record<string, unknown>>
  } = {},
): Promise<MainServer> {
  const installation = stack.use(await createInstallation({ settings }))
  const server = stack.use(await startCredenceServer(name, installation))
  for (const algorithm of ALGORITHMS) {
    await warmUp(server, askAdministrator(installation.credentials, algorithm), warmUpSeconds)
  }
  return { server, installation }
}
