import type { Absence } from '../measure/contest.ts'
import type { Options } from '../options.ts'
import type { PreparedPart } from '../report/results.ts'
import type { MainServer } from '../servers/main-server.ts'
import type { MeasuredServer } from '../servers/measured-server.ts'
import { createAccountsContestant, startAccountsServer } from './accounts.ts'
import { createTagsContestants } from './tags.ts'
import { createUsersContestants, startUsersServer } from './users.ts'

/** Makes the stores of users and accounts and starts a server on each; they end with the stack. */
export async function createGrowth(
  options: Options,
  main: MainServer,
  stack: AsyncDisposableStack,
  tell: (line: string) => void,
): Promise<PreparedPart> {
  const contestants = [
    ...createTagsContestants(main.server, main.installation.credentials, options.seconds),
  ]
  const servers: MeasuredServer[] = []
  const absences: Absence[] = []
  const largest = Math.max(...options.users)
  for (const size of options.users) {
    tell(`making a store of ${size.toLocaleString('en-US')} users`)
    const users = stack.use(await startUsersServer(size))
    servers.push(users.server)
    const isLargest = size === largest
    contestants.push(...(await createUsersContestants(users, { ...options, isLargest })))
  }
  for (const size of options.accounts) {
    const name = `${size.toLocaleString('en-US')} accounts with keys of their own`
    tell(`making ${name}, or finding them`)
    try {
      const server = stack.use(await startAccountsServer(size, options.keySeconds))
      servers.push(server)
      contestants.push(await createAccountsContestant(server, size, options))
    } catch (error) {
      absences.push({ part: 'growth', name, reason: error instanceof Error ? error.message : '' })
    }
  }
  return { part: 'growth', contestants, servers, absences, extras: {} }
}
