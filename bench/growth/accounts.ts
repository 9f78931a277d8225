import { join } from 'node:path'
import type { OpenData } from '../../packages/server/src/composition.ts'
import { formatUniqueId, parseAccountId } from '../../packages/server/src/principals/identifiers.ts'
import type { Contestant } from '../measure/contest.ts'
import { formatKeyId, formatSecret } from '../policy/crowd-keys.ts'
import { createServerContestant, type MeasuredServer, warmUp } from '../servers/measured-server.ts'
import { startCredenceServer } from '../servers/start-credence.ts'
import { prepareDataDirectory } from './data-directory.ts'
import { askForToken, GROWTH, TOKEN_POLICY } from './growth.ts'

/** Kept between runs, and not in the repository: an RSA key takes a tenth of a second to make. */
const CACHE = join(import.meta.dirname, '..', '.data')

/** Keys that are made at the same time, on the thread pool. */
const MADE_AT_ONCE = 4

/**
 * Starts a server on so many accounts, each with a pair of keys of its own and one user. The accounts
 * are kept for later runs; what can't be made in time is made by the next run.
 * @throws Error when accounts are missing still
 */
export async function startAccountsServer(
  size: number,
  maxSeconds: number,
): Promise<MeasuredServer> {
  const data = await prepareDataDirectory(join(CACHE, `accounts-${size}`))
  const opened = await data.open()
  const deadlineMs = performance.now() + maxSeconds * 1000
  let next = 0
  let made = 0
  const work = async () => {
    while (next < size && performance.now() < deadlineMs) {
      const number = next
      next += 1
      await completeAccount(opened, number)
      made += 1
    }
  }
  try {
    await Promise.all(Array.from({ length: MADE_AT_ONCE }, work))
  } finally {
    await opened.close()
  }
  if (made < size) {
    throw new Error(
      `${made} of ${size} accounts have keys after ${maxSeconds} s; the next run makes the others`,
    )
  }
  return startCredenceServer(
    `${size.toLocaleString('en-US')} account${size === 1 ? '' : 's'}`,
    data,
  )
}

/** Makes an account and what belongs to it, each part only where it is missing. */
export async function completeAccount(
  { store, sealer, issuer }: OpenData,
  number: number,
): Promise<void> {
  const id = parseAccountId(String(200_000_000_000 + number))
  const account = {
    id,
    partition: 'aws',
    name: `bench-${number}`,
    createdAtMs: 0,
    organization: null,
  } as const
  // The keys come last: an account that has them has all.
  if ((await issuer.findFederation(account)) !== null) return
  if ((await store.findAccount(id)) === null) await store.createAccount(account)
  const userId = formatUniqueId('user', Buffer.from(String(number).padStart(17, '0')))
  if ((await store.findUserById(id, userId)) === null) {
    await store.createUser({
      accountId: id,
      id: userId,
      name: 'bench',
      path: '/',
      createdAtMs: 0,
      tags: [{ key: 'team', value: 'web' }],
      permissionsBoundaryArn: null,
    })
  }
  await store.saveInlinePolicy(id, userId, { name: 'tokens', document: TOKEN_POLICY })
  const keyId = formatKeyId(number)
  if ((await store.findAccessKey(keyId)) === null) {
    const context = { purpose: 'access-key-secret', recordId: keyId } as const
    await store.createAccessKey({
      id: keyId,
      accountId: id,
      userId,
      status: 'Active',
      createdAtMs: 0,
      sealedSecret: sealer.seal(context, Buffer.from(formatSecret(number))),
    })
  }
  await issuer.enableFederation(account, Date.now())
}

/** Each account in turn asks for a token that is signed with its own key. */
export async function createAccountsContestant(
  server: MeasuredServer,
  size: number,
  options: { readonly seconds: number; readonly warmUpSeconds: number },
): Promise<Contestant> {
  const ask = () => askForToken({ kind: 'crowd', size, askers: size, first: 0 })
  await warmUp(server, ask(), options.warmUpSeconds)
  return createServerContestant(server, {
    ...GROWTH,
    name: `${server.name} with ${size === 1 ? 'keys' : 'keys of their own'}`,
    seconds: options.seconds,
    ask,
  })
}
