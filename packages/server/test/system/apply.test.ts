import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { startCredence, startServe } from './credence-process.ts'
import { ACCOUNT_ID, createInstallation, type Installation } from './installation.ts'
import { createSdkClients, type SdkClients } from './sdk-clients.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 120_000 })

/** What makes an apply long, between the group that comes first and the user who comes last. */
const BYSTANDERS = 300

/** How long after its start an apply is killed: before, within and after its transaction. */
const KILL_DELAYS_MS = [200, 400, 600, 900]

const allow = (action: string) => ({ Effect: 'Allow', Action: action, Resource: '*' })
const deny = (action: string) => ({ ...allow(action), Effect: 'Deny' })
const policy = (...statements: readonly object[]) => ({
  Version: '2012-10-17',
  Statement: statements,
})

/**
 * Tokens are denied by both, in one by the group and in the other by the user: whoever sees the one
 * change without the other gets a token.
 */
function declare(where: 'group' | 'user') {
  const denial = deny('sts:GetWebIdentityToken')
  const guard = where === 'group' ? { guard: policy(denial) } : {}
  const own = where === 'group' ? [] : [denial]
  const bystanders = Array.from({ length: BYSTANDERS }, (_, number) => ({
    name: `bystander-${number}`,
    tags: { where },
  }))
  const probe = {
    name: 'probe',
    groups: ['guards'],
    policies: { own: policy(allow('sts:GetWebIdentityToken'), ...own) },
  }
  return {
    accounts: [
      {
        id: ACCOUNT_ID,
        groups: [{ name: 'guards', policies: guard }],
        users: [...bystanders, probe],
      },
    ],
  }
}

const PLACES = ['group', 'user'] as const

it('is seen whole or not at all, and leaves nothing half-made when it is killed', async () => {
  using installation = await createInstallation()
  const files = PLACES.map(where => {
    const file = join(installation.directory, `${where}.json`)
    writeFileSync(file, JSON.stringify(declare(where)))
    return file
  })
  const apply = (number: number) =>
    startCredence([
      ...['--config', installation.configFile],
      ...['apply', '-f', files[number % 2] ?? ''],
    ])
  expect((await apply(0).ended).errors).toBe('')
  await using server = await startServe(installation.configFile)
  using clients = await createProbe(installation)

  const probing = new AbortController()
  const decisions = watchDecisions(clients, probing.signal)
  for (const number of [1, 2, 3, 4]) {
    const { exitCode, output } = await apply(number).ended
    expect(exitCode).toBe(0)
    expect(output).toContain(`${BYSTANDERS + 2} changed.`)
  }
  for (const [round, delayMs] of KILL_DELAYS_MS.entries()) {
    await using applying = apply(round + 1)
    await Promise.race([delay(delayMs), applying.ended])
    await applying.stop('SIGKILL')
    expect(await readPlaces(installation)).toHaveLength(1)
  }
  probing.abort()
  const { denied, granted } = await decisions
  expect(granted).toBe(0)
  expect(denied).toBeGreaterThan(0)
  expect((await server.stop('SIGTERM')).exitCode).toBe(0)
})

/** Clients of the user whose tokens are denied. */
async function createProbe(installation: Installation): Promise<SdkClients> {
  const { output } = await installation.credence(
    'access-key',
    'create',
    '--user',
    'probe',
    '--json',
  )
  const { accessKeyId, secretAccessKey } = JSON.parse(output)
  return createSdkClients({ ...installation, credentials: { accessKeyId, secretAccessKey } })
}

async function watchDecisions(clients: SdkClients, signal: AbortSignal) {
  let denied = 0
  let granted = 0
  while (!signal.aborted) {
    const name = await clients.issue().then(
      () => 'granted',
      (error: Error) => error.name,
    )
    if (name === 'granted') granted += 1
    else if (name === 'AccessDenied') denied += 1
    else throw new Error(`the probe got ${name}`)
  }
  return { denied, granted }
}

/** Where the denial and all tags say that it is: one place, unless something is half-made. */
async function readPlaces({ credence }: Installation): Promise<readonly string[]> {
  const { output } = await credence('export', '--json')
  const [account] = JSON.parse(output).accounts
  const places = new Set<string>()
  for (const { name, tags, policies } of account.users) {
    if (name.startsWith('bystander-')) places.add(tags.where)
    if (name === 'probe') places.add(policies.own.Statement.length === 2 ? 'user' : 'group')
  }
  for (const { policies } of account.groups)
    places.add(policies.guard === undefined ? 'user' : 'group')
  return [...places]
}
