import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAccountId } from '../../packages/server/src/principals/identifiers.ts'
import type { Callers } from '../load/load-job.ts'
import type { Contestant } from '../measure/contest.ts'
import { fillCrowd } from '../policy/crowd.ts'
import { formatKeyId, formatSecret } from '../policy/crowd-keys.ts'
import { createServerContestant, type MeasuredServer, warmUp } from '../servers/measured-server.ts'
import { startCredenceServer } from '../servers/start-credence.ts'
import { prepareDataDirectory } from './data-directory.ts'
import { askForToken, GROWTH, TOKEN_POLICY } from './growth.ts'

const ACCOUNT_ID = parseAccountId('123456789012')

/** Users that take turns where there are as many: all of them are in the caches of the server. */
const KNOWN_ASKERS = 1_000

/** A server on a store of users, for as long as it is measured. */
export interface UsersServer extends AsyncDisposable {
  readonly server: MeasuredServer
  readonly size: number
}

/** Makes an account with so many users, each with an access key and a policy, and starts a server on it. */
export async function startUsersServer(size: number): Promise<UsersServer> {
  const directory = mkdtempSync(join(tmpdir(), 'credence-bench-'))
  try {
    const data = await prepareDataDirectory(directory)
    const opened = await data.open()
    const account = {
      id: ACCOUNT_ID,
      partition: 'aws',
      name: 'bench',
      createdAtMs: 0,
      organization: null,
    } as const
    await opened.store.createAccount(account)
    await opened.issuer.enableFederation(account, Date.now())
    await opened.close()
    fillCrowd(data.storeFile, ACCOUNT_ID, size, {
      policyDocument: TOKEN_POLICY,
      sealSecret: user =>
        opened.sealer.seal(
          { purpose: 'access-key-secret', recordId: formatKeyId(user) },
          Buffer.from(formatSecret(user)),
        ),
    })
    const server = await startCredenceServer(`${size.toLocaleString('en-US')} users`, data)
    return {
      server,
      size,
      [Symbol.asyncDispose]: async () => {
        await server[Symbol.asyncDispose]()
        rmSync(directory, { recursive: true })
      },
    }
  } catch (error) {
    rmSync(directory, { recursive: true })
    throw error
  }
}

/** Users that the server knows; and, of the largest store, users that it meets for the first time. */
export async function createUsersContestants(
  { server, size }: UsersServer,
  options: {
    readonly seconds: number
    readonly warmUpSeconds: number
    readonly isLargest: boolean
  },
): Promise<readonly Contestant[]> {
  const askers = Math.min(size, KNOWN_ASKERS)
  const known: Callers = { kind: 'crowd', size, askers, first: 0 }
  await warmUp(server, askForToken(known), options.warmUpSeconds)
  const contestants = [
    createServerContestant(server, {
      ...GROWTH,
      name: `${server.name}, ${askers.toLocaleString('en-US')} take turns`,
      seconds: options.seconds,
      ask: () => askForToken(known),
    }),
  ]
  if (!options.isLargest) return contestants
  return [
    ...contestants,
    createServerContestant(server, {
      ...GROWTH,
      name: `${server.name}, none asks twice`,
      seconds: options.seconds,
      isSingle: true,
      ask: round =>
        askForToken({ kind: 'crowd', size, askers: size, first: (round * 60_000) % size }),
    }),
  ]
}
