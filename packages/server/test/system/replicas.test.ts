import { join } from 'node:path'
import {
  DeleteUserCommand,
  ListUserTagsCommand,
  TagUserCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { findFreePort } from '../../src/http/free-port.ts'
import {
  ADMINISTRATOR,
  type Cluster,
  MISSING_POSTGRES,
  startCluster,
} from '../support/postgres/cluster.ts'
import { type CredenceProcess, startServe } from './credence-process.ts'
import { createInstallation, type Installation } from './installation.ts'
import { createSdkClients, type SdkClients } from './sdk-clients.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const PATIENCE = { timeout: 60_000, interval: 50 }
const REFUSED = { name: 'InvalidClientTokenId' }

/** One of several servers, with clients of its own. */
interface Replica extends AsyncDisposable {
  readonly endpoint: string
  readonly process: CredenceProcess
  readonly administrator: SdkClients
  readonly worker: SdkClients
}

describe.skipIf(MISSING_POSTGRES !== null)('servers that share a database', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster()
  })
  afterAll(() => cluster[Symbol.asyncDispose]())

  /** An installation whose records are in a database of its own, with a second user. */
  async function createShared(settings: Readonly<Record<string, unknown>> = {}) {
    const database = await cluster.createDatabase()
    const url = `postgres://${ADMINISTRATOR}@127.0.0.1:${cluster.port}/${database}`
    const installation = await createInstallation({
      settings: { store: { url, tlsMode: 'off', ...settings } },
    })
    await installation.credence('user', 'create', 'worker')
    const { output } = await installation.credence(
      ...['access-key', 'create', '--user', 'worker', '--json'],
    )
    const key: Installation['credentials'] = JSON.parse(output)
    return { installation, key }
  }

  async function startReplica(
    { installation, key }: Awaited<ReturnType<typeof createShared>>,
    workers = 1,
  ): Promise<Replica> {
    const port = await findFreePort('127.0.0.1')
    const endpoint = `http://127.0.0.1:${port}`
    const settings = [
      `listen.port=${port}`,
      `audit.file=${join(installation.directory, `audit-${port}.jsonl`)}`,
      `server.workers=${workers}`,
    ]
    const args = settings.flatMap(setting => ['--set', setting])
    const process = await startServe(installation.configFile, { args })
    const administrator = createSdkClients({ ...installation, endpoint })
    const worker = createSdkClients({ endpoint, credentials: key })
    return {
      endpoint,
      process,
      administrator,
      worker,
      async [Symbol.asyncDispose]() {
        administrator[Symbol.dispose]()
        worker[Symbol.dispose]()
        await process[Symbol.asyncDispose]()
      },
    }
  }

  const callAsWorker = ({ worker }: Replica) => worker.sts.send(new GetCallerIdentityCommand({}))

  it('hold together: what one changes holds at all, and a lost database is never taken for an empty one', async () => {
    const shared = await createShared()
    using installation = shared.installation
    const { accessKeyId: AccessKeyId } = shared.key
    await using first = await startReplica(shared)
    await using second = await startReplica(shared)
    await using third = await startReplica(shared, 2)
    const replicas = [first, second, third]
    const setStatus = (Status: 'Active' | 'Inactive') =>
      first.administrator.iam.send(
        new UpdateAccessKeyCommand({ UserName: 'worker', AccessKeyId, Status }),
      )

    // Each has the key in its memory when it is changed elsewhere.
    for (const replica of replicas) await callAsWorker(replica)
    await setStatus('Inactive')
    await expect(callAsWorker(first)).rejects.toMatchObject(REFUSED)
    for (const replica of replicas) {
      await vi.waitFor(() => expect(callAsWorker(replica)).rejects.toMatchObject(REFUSED), PATIENCE)
    }
    await setStatus('Active')
    for (const replica of replicas) await vi.waitFor(() => callAsWorker(replica), PATIENCE)

    // A token of one is verified by the keys of another.
    const { token } = await second.administrator.issue()
    for (const { endpoint } of replicas) {
      const path = `${new URL(installation.issuer).pathname}/.well-known/jwks.json`
      const keys: JSONWebKeySet = JSON.parse(await (await fetch(`${endpoint}${path}`)).text())
      await jwtVerify(token, createLocalJWKSet(keys), { issuer: installation.issuer })
    }

    // Each reads the tags, adds one and writes them all: in turns, none is lost.
    const keys = Array.from({ length: 24 }, (_, number) => `key-${number}`)
    await Promise.all(
      keys.map((Key, number) =>
        replicas[number % 3]?.administrator.iam.send(
          new TagUserCommand({ UserName: 'worker', Tags: [{ Key, Value: '' }] }),
        ),
      ),
    )
    const { Tags } = await third.administrator.iam.send(
      new ListUserTagsCommand({ UserName: 'worker' }),
    )
    expect(Tags?.map(tag => tag.Key).toSorted()).toEqual(keys.toSorted())

    // Away: no answer says that a key is unknown, and nobody is let in on old knowledge.
    await cluster.stop('SIGQUIT')
    for (const replica of replicas) {
      await vi.waitFor(
        () => expect(callAsWorker(replica)).rejects.toMatchObject({ name: 'ServiceUnavailable' }),
        PATIENCE,
      )
      expect((await fetch(`${replica.endpoint}/readyz`)).status).toBe(503)
      await expect(
        replica.administrator.iam.send(new DeleteUserCommand({ UserName: 'worker' })),
      ).rejects.toMatchObject({ name: 'ServiceUnavailable' })
    }
    await cluster.start()
    for (const replica of replicas) await vi.waitFor(() => callAsWorker(replica), PATIENCE)
    for (const { process } of replicas) {
      expect(await process.stop('SIGTERM')).toMatchObject({ exitCode: 0 })
    }
  })

  it('are asked before each call where that is wanted', async () => {
    const shared = await createShared({ consistency: 'strict' })
    using _installation = shared.installation
    const { accessKeyId: AccessKeyId } = shared.key
    await using first = await startReplica(shared)
    await using second = await startReplica(shared)
    for (let trial = 0; trial < 10; trial += 1) {
      await callAsWorker(second)
      const change = (Status: 'Active' | 'Inactive') =>
        first.administrator.iam.send(
          new UpdateAccessKeyCommand({ UserName: 'worker', AccessKeyId, Status }),
        )
      await change('Inactive')
      await expect(callAsWorker(second)).rejects.toMatchObject(REFUSED)
      await change('Active')
    }
  })
})
