import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UnsignedRequest } from '../../src/wire/sigv4/sign.ts'
import {
  buildRequest,
  type CallResponse,
  call,
  type Sign,
  send,
  signInHeader,
  signInQuery,
} from '../support/calls.ts'
import { readToken } from '../support/issued-token.ts'
import { signWithSdk } from '../support/sdk-signer.ts'
import { tokenCall } from '../support/token-call.ts'
import { type CallerName, startWorld, type World } from '../support/worlds/http.ts'
import { provoke } from './refusal.ts'
import { PRESIGNED_REFUSALS } from './tables/presigned.ts'
import { HEADER_REFUSALS } from './tables/signature.ts'

/** A secret access key with slashes in it, as every second one has. */
const SECRET = 'h6GYNWFOgx/Lu8n6FCMINo3/FCFDL6tvkDY1TOy1'

let world: World
/** Everything that must stay with the caller, and what it is. */
const secrets = new Map<string, string>()

beforeAll(async () => {
  world = await startWorld()
  for (const [name, { secretAccessKey, sessionToken }] of Object.entries(world.callers)) {
    secrets.set(secretAccessKey.reveal(), `secret of ${name}`)
    if (sessionToken !== null) secrets.set(sessionToken.reveal(), `session token of ${name}`)
  }
})

afterAll(() => world[Symbol.asyncDispose]())

/** Remembers every signature that it makes. */
function remembering(sign: Sign): Sign {
  return async (request, credentials, context) => {
    const signed = await sign(request, credentials, context)
    const text = [signed.target, ...signed.rawHeaders].join('\n')
    for (const [, signature = ''] of text.matchAll(/Signature=([\da-f]{64})/gi)) {
      secrets.set(signature, 'signature')
    }
    return signed
  }
}

async function ask(
  options: ReturnType<typeof tokenCall>,
  sign: Sign,
  caller: CallerName = 'admin',
) {
  return call(world.server, world.callers[caller], options, remembering(sign))
}

async function remember(answer: CallResponse): Promise<void> {
  const { token } = await readToken(world.server, answer)
  secrets.set(token, 'token')
  secrets.set(token.split('.')[2] ?? '', 'signature of a token')
}

describe('neither audit nor log ever holds a token, a secret or a signature', () => {
  it('after calls of every kind', async () => {
    const { server, callers } = world
    await remember(await ask(tokenCall(), signInHeader))
    await remember(await ask(tokenCall({ SigningAlgorithm: 'RS256' }), signInQuery))
    await remember(await ask(tokenCall({}, { method: 'GET' }), signWithSdk))
    for (const row of [...HEADER_REFUSALS, ...PRESIGNED_REFUSALS]) {
      await provoke(world, row, remembering(row.sign ?? signInHeader))
    }

    // Credentials in places where nobody should put them.
    secrets.set(SECRET, 'secret in the wrong place')
    const [token, signature] = [findSecret('token'), findSecret('signature')]
    for (const stray of [SECRET, token, signature]) {
      await ask(tokenCall({}, { headers: ['User-Agent', `tool/1 ${stray}`] }), signInHeader)
      await ask({ parameters: { Action: stray } }, signInHeader)
      await ask({ parameters: { Action: 'GetCallerIdentity', Version: stray } }, signInHeader)
      await ask(tokenCall({}, { region: stray }), signInHeader)
      await ask(tokenCall({ SigningAlgorithm: stray }), signInHeader)
      await ask(tokenCall({ DurationSeconds: stray }), signInHeader)
      await ask(tokenCall({}, { path: `/${stray}` }), signInHeader)
      const signed = await signInHeader(
        buildRequest(server.port, tokenCall()),
        { ...callers.admin, accessKeyId: stray },
        { region: 'eu-west-1', service: 'sts', nowMs: server.clock.nowMs() },
      )
      await send(server.port, signed)
      for (const authorization of [`Bearer ${stray}`, stray, `AWS4-HMAC-SHA256 ${stray}`]) {
        await send(server.port, withAuthorization(signed, authorization))
      }
    }
    await remember(await ask(tokenCall({ 'Audience.member.1': token }), signInHeader))
    const url = `https://a/?X-Amz-Signature=${signature}`
    await remember(await ask(tokenCall({ 'Audience.member.1': url }), signInHeader))

    expect(secrets.size).toBeGreaterThan(50)
    for (const text of [server.readAudit(), server.readLog()]) {
      expect(findLeaks(text)).toEqual([])
      expect(text.length).toBeGreaterThan(0)
    }
  })

  it('and the files of the store hold no secret in clear', async () => {
    const directory = world.server.directory
    for (const file of readdirSync(directory)) {
      const bytes = readFileSync(join(directory, file)).toString('latin1')
      expect(findLeaks(bytes), file).toEqual([])
    }
  })
})

function findLeaks(text: string): readonly string[] {
  return [...secrets].flatMap(([secret, what]) => (text.includes(secret) ? [what] : []))
}

function findSecret(what: string): string {
  for (const [secret, kind] of secrets) if (kind === what) return secret
  throw new Error(`there is no ${what} yet`)
}

function withAuthorization(request: UnsignedRequest, authorization: string): UnsignedRequest {
  return { ...request, rawHeaders: request.rawHeaders.with(-1, authorization) }
}
