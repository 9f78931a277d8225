import { setTimeout as delay } from 'node:timers/promises'
import {
  DisableOutboundWebIdentityFederationCommand,
  EnableOutboundWebIdentityFederationCommand,
} from '@aws-sdk/client-iam'
import { expect, it, vi } from 'vitest'
import { type CredenceProcess, startCredence, startServe } from './credence-process.ts'
import { createInstallation, type Installation } from './installation.ts'
import { createSdkClients, type SdkClients } from './sdk-clients.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 60_000 })

/** How long after a call was begun its server is killed: before, within and after the write. */
const KILL_DELAYS_MS = [0, 1, 3, 6]

it('keeps every acknowledged change of a server that is killed in the next one', async () => {
  using installation = await createInstallation()
  const acknowledged: string[] = []
  for (const [round, delayMs] of KILL_DELAYS_MS.entries()) {
    await using server = await startServe(installation.configFile)
    using clients = createSdkClients(installation)
    const isEnabled = await readState(installation)
    // An even number brings the state back, so that the call that is cut off would change it.
    for (let change = 0; change < 2 + 2 * (round % 2); change += 1) {
      acknowledged.push(await toggle(clients, isEnabled === (change % 2 === 0)))
    }
    const cutOff = toggle(clients, isEnabled).then(
      requestId => ({ requestId }),
      () => null,
    )
    await killAfter(server, delayMs)
    const answer = await cutOff
    const found = await readState(installation)
    // Unanswered, it may have been done or not; answered, it must have been done.
    if (answer !== null) {
      acknowledged.push(answer.requestId)
      expect(found).toBe(!isEnabled)
    }
  }
  await using server = await startServe(installation.configFile)
  using clients = createSdkClients(installation)
  if (!(await readState(installation))) acknowledged.push(await toggle(clients, false))
  acknowledged.push((await clients.issue()).requestId)
  await server.stop('SIGTERM')

  const audited = new Set(readWholeLines(installation))
  expect(acknowledged.filter(requestId => !audited.has(requestId))).toEqual([])
})

it('keeps every user whom a command line has told of, whenever it was killed', async () => {
  using installation = await createInstallation()
  await using server = await startServe(installation.configFile)
  const results = await Promise.all(
    [150, 300, 450, 600, 5_000].map(async (delayMs, index) => {
      const name = `user-${index}`
      await using command = startCredence([
        ...['--config', installation.configFile],
        ...['user', 'create', name, '--tag', 'team=web', '--tag', `number=${index}`],
      ])
      await Promise.race([delay(delayMs), command.ended])
      const { exitCode } = await command.stop('SIGKILL')
      return { name, isAcknowledged: exitCode === 0 }
    }),
  )
  const { output } = await installation.credence('user', 'list', '--json')
  const users: readonly { readonly name: string; readonly tags: readonly unknown[] }[] =
    JSON.parse(output)
  const names = users.map(({ name }) => name)
  expect(names).toEqual(
    expect.arrayContaining(
      results.filter(({ isAcknowledged }) => isAcknowledged).map(({ name }) => name),
    ),
  )
  const withoutTags = users.filter(({ name, tags }) => name !== 'admin' && tags.length !== 2)
  expect(withoutTags).toEqual([])
  await server.stop('SIGTERM')
})

async function readState({ credence }: Installation): Promise<boolean> {
  return JSON.parse((await credence('federation', 'show', '--json')).output).enabled
}

async function toggle({ iam }: SdkClients, isEnabled: boolean): Promise<string> {
  const { $metadata } = isEnabled
    ? await iam.send(new DisableOutboundWebIdentityFederationCommand())
    : await iam.send(new EnableOutboundWebIdentityFederationCommand())
  return $metadata.requestId ?? ''
}

async function killAfter(server: CredenceProcess, delayMs: number): Promise<void> {
  await delay(delayMs)
  await server.stop('SIGKILL')
}

/** The request ids of the audit. A line that a kill has cut off is closed, and then no event. */
function readWholeLines({ readAuditLines }: Installation): readonly string[] {
  return readAuditLines().flatMap(line => {
    try {
      return [JSON.parse(line).requestID]
    } catch {
      return []
    }
  })
}
