import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { connectRaw, type RawClient } from '../../src/http/test/raw-client.ts'
import { addAccount, addUser } from '../support/accounts.ts'
import { readLastEvent } from '../support/audit.ts'
import { buildRequest, type CallResponse, call, encode } from '../support/calls.ts'
import {
  addOidcProvider,
  createIssuerKeys,
  DISCOVERY,
  type IssuerKeys,
  startOidcIssuer,
} from '../support/oidc-issuer.ts'
import { trustProvider } from '../support/policies.ts'
import { addRole } from '../support/roles.ts'
import { startTestServer } from '../support/server.ts'
import { expectError } from '../support/sts-calls.ts'
import { tokenCall } from '../support/token-call.ts'

let keys: IssuerKeys

beforeAll(async () => {
  keys = await createIssuerKeys()
})

const RATE_EXCEEDED = [400, 'Throttling', 'Rate exceeded'] as const

/** A server with issuers, each of them in an account of its own, none of which answers yet. */
async function startSilence(
  settings: Readonly<Record<string, string>>,
  accountIds: readonly string[] = ['111111111111'],
) {
  const stack = new AsyncDisposableStack()
  onTestFinished(() => stack.disposeAsync())
  const held = Promise.withResolvers<void>()
  const issuers = await Promise.all(
    accountIds.map(async accountId => {
      const issuer = stack.use(await startOidcIssuer({ keys }))
      const discovery = issuer.documents.get(DISCOVERY)
      issuer.documents.set(DISCOVERY, response => {
        void held.promise.then(() => response.end(JSON.stringify(discovery)))
      })
      return { accountId, issuer }
    }),
  )
  const server = stack.use(
    await startTestServer({
      settings: {
        'webIdentity.listedOrigins': issuers.map(({ issuer }) => issuer.url).join(),
        'metrics.port': '0',
        ...settings,
      },
    }),
  )
  const metricsUrl = /"url":"(http:[^"]+\/metrics)"/.exec(server.readLog())?.[1] ?? ''
  const home = await addAccount(server, '999999999999')
  const { credentials } = await addUser(server, home, 'alice')

  /** Calls for one of the issuers, each on a connection of its own. */
  const callers = await Promise.all(
    issuers.map(async ({ accountId, issuer }) => {
      const account = await addAccount(server, accountId)
      const { arn } = await addOidcProvider(server, account, issuer.url)
      const role = await addRole(server, account, 'deployer', { trust: trustProvider(arn) })
      const token = await issuer.sign(server.clock.nowMs())
      const form = encode({
        Action: 'AssumeRoleWithWebIdentity',
        Version: '2011-06-15',
        RoleArn: role.arn,
        RoleSessionName: 'ci',
        WebIdentityToken: token,
      })
      return async (bodyBytes = 0): Promise<RawClient> => {
        const body = Buffer.from(bodyBytes === 0 ? form : `${form}&Padding=`.padEnd(bodyBytes, 'x'))
        const { rawHeaders } = buildRequest(server.port, { body })
        const lines = [`POST / HTTP/1.1`, `Content-Length: ${body.length}`]
        for (let at = 0; at < rawHeaders.length; at += 2) {
          lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`)
        }
        const client = await connectRaw(server.port)
        stack.defer(() => void client.socket.destroy())
        client.send(`${lines.join('\r\n')}\r\n\r\n`)
        client.send(body)
        return client
      }
    }),
  )
  const readMetric = async (name: string): Promise<number> => {
    const text = await (await fetch(metricsUrl)).text()
    return Number(
      text
        .split('\n')
        .find(line => line.startsWith(`${name} `))
        ?.split(' ')[1],
    )
  }
  const expectWaiting = (count: number) =>
    expect
      .poll(() => readMetric('credence_requests_waiting'), { interval: 5, timeout: 10_000 })
      .toBe(count)
  const refusedEarly = (reason: string) =>
    readMetric(`credence_requests_refused_early_total{reason="${reason}"}`)
  return {
    server,
    callers,
    release: () => held.resolve(),
    readMetric,
    refusedEarly,
    expectWaiting,
    askForToken: () => call(server, credentials, tokenCall()),
  }
}

async function readAnswer(client: RawClient | undefined): Promise<CallResponse> {
  const answer = await client?.readAnswer()
  if (!answer) throw new Error('the server has closed the connection without an answer')
  return answer
}

describe('callers that wait for a provider', () => {
  it('have so many places for it, and are refused at once when those are taken', async () => {
    const silence = await startSilence({ 'webIdentity.maxWaitingPerProvider': '2' })
    const [ask = () => Promise.reject(new Error('no caller'))] = silence.callers
    const waiting = [await ask(), await ask()]
    await silence.expectWaiting(2)
    expectError(await readAnswer(await ask()), RATE_EXCEEDED)
    expect(readLastEvent(silence.server)).toMatchObject({
      eventName: 'AssumeRoleWithWebIdentity',
      errorCode: 'Throttling',
    })
    expect(await silence.refusedEarly('waiting')).toBe(1)
    expect(await silence.readMetric('credence_requests_in_flight')).toBe(0)
    expect(silence.server.readLog()).toContain(
      '"msg":"too many calls wait for identity providers: calls are refused"',
    )
    // Nobody else's tokens stop.
    expect(await silence.askForToken()).toMatchObject({ status: 200 })

    silence.release()
    for (const client of waiting) expect(await readAnswer(client)).toMatchObject({ status: 200 })
    await silence.expectWaiting(0)
    // With the keys in memory nobody needs a place.
    const many = await Promise.all(Array.from({ length: 10 }, () => ask()))
    for (const client of many) expect(await readAnswer(client)).toMatchObject({ status: 200 })
    expect(await silence.refusedEarly('waiting')).toBe(1)
  })

  it('have so many for all, of which no account can keep the last from another', async () => {
    const accounts = ['111111111111', '222222222222']
    const settings = { 'webIdentity.maxWaiting': '3', 'webIdentity.maxWaitingPerProvider': '3' }
    const silence = await startSilence(settings, accounts)
    const [askOne, askOther] = silence.callers
    const waiting = [await askOne?.()]
    await silence.expectWaiting(1)
    waiting.push(await askOne?.(), await askOne?.())
    await silence.expectWaiting(3)
    expectError(await readAnswer(await askOne?.()), RATE_EXCEEDED)
    const other = await askOther?.()
    // One of the three has made room for it.
    const refused = await Promise.race(waiting.slice(1).map(readAnswer))
    expectError(refused, RATE_EXCEEDED)
    await silence.expectWaiting(3)
    silence.release()
    expect(await readAnswer(other)).toMatchObject({ status: 200 })
    expect(await readAnswer(waiting[0])).toMatchObject({ status: 200 })
  })

  it('take no place of those who are worked on', async () => {
    const silence = await startSilence({ 'limits.maxRequestsInFlight': '1' })
    const [ask] = silence.callers
    for (let count = 1; count <= 5; count += 1) {
      await ask?.()
      await silence.expectWaiting(count)
    }
    expect(await silence.readMetric('credence_requests_in_flight')).toBe(0)
    expect(await silence.askForToken()).toMatchObject({ status: 200 })
  })

  it('hold nothing of their bodies, nor what these are reachable by', async () => {
    const silence = await startSilence({})
    const [ask] = silence.callers
    setFlagsFromString('--expose-gc')
    const collect: () => void = runInNewContext('gc')
    const readBytes = () => {
      collect()
      const { heapUsed, arrayBuffers } = process.memoryUsage()
      return heapUsed + arrayBuffers
    }
    await ask?.(1_000_000)
    await silence.expectWaiting(1)
    const before = readBytes()
    for (let count = 2; count <= 11; count += 1) await ask?.(1_000_000)
    await silence.expectWaiting(11)
    // What is garbage may take more than one collection.
    await expect
      .poll(() => readBytes() - before, { interval: 5, timeout: 3000 })
      .toBeLessThan(4_000_000)
    expect(await silence.readMetric('credence_requests_waiting')).toBe(11)
  })

  it('take what they hold from the memory that there is for what strangers send', async () => {
    // 64 MiB, of which each may take one for its head and 64 KiB for its parameters.
    const silence = await startSilence({
      'limits.maxBodyBytes': '65536',
      'limits.maxHeadBytes': '1048576',
    })
    const [ask] = silence.callers
    for (let count = 1; count <= 60; count += 1) await ask?.()
    await silence.expectWaiting(60)
    expectError(await readAnswer(await ask?.()), RATE_EXCEEDED)
    expect(await silence.refusedEarly('memory')).toBe(1)
    expect(await silence.refusedEarly('waiting')).toBe(0)
    expect(await silence.askForToken()).toMatchObject({ status: 200 })
  })
})
