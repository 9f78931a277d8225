import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { createService } from '../../../examples/token-exchange/service.ts'
import { startHttpServer, startIssuer } from './http-server.ts'
import { ACCOUNT, createPayload, EC_KEY, formatJwks, RSA_KEY, signToken } from './tokens.ts'

const EXAMPLE = join(import.meta.dirname, '../../../examples/token-exchange')
const AUDIENCE = 'https://orders.example.com'

/** A token as a role of CI gets it now. */
function createToken(issuer: string, claims = {}, key = EC_KEY): string {
  const iat = Math.floor(Date.now() / 1000)
  const sub = `arn:aws:iam::${ACCOUNT}:role/ci/deployer`
  const jti = crypto.randomUUID()
  const payload = createPayload({
    iss: issuer,
    aud: AUDIENCE,
    sub,
    iat,
    exp: iat + 60,
    jti,
    ...claims,
  })
  return signToken(payload, { key })
}

async function exchange(origin: string, token: string, more: Record<string, string> = {}) {
  const response = await fetch(`${origin}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      subject_token: token,
      ...more,
    }),
  })
  const body: Record<string, unknown> = JSON.parse(await response.text())
  return { status: response.status, body }
}

describe('the example of a token exchange', () => {
  const start = async () => {
    const issuer = await startIssuer(formatJwks(RSA_KEY, EC_KEY))
    const log: string[] = []
    const listener = await createService({
      issuers: [{ issuer: issuer.origin, accounts: [ACCOUNT], allowInsecureHttp: true }],
      audience: AUDIENCE,
      rules: JSON.parse(await readFile(join(EXAMPLE, 'rules.json'), 'utf8')),
      log: message => log.push(message),
    })
    const server = await startHttpServer(listener)
    const orders = async (token: string, method = 'GET') =>
      fetch(`${server.origin}/orders`, { method, headers: { authorization: `Bearer ${token}` } })
    return {
      issuer,
      log,
      orders,
      origin: server.origin,
      [Symbol.asyncDispose]: async () => {
        await server[Symbol.asyncDispose]()
        await issuer[Symbol.asyncDispose]()
      },
    }
  }

  it('lets a role of CI read and write', async () => {
    await using service = await start()
    const { status, body } = await exchange(service.origin, createToken(service.issuer.origin))
    expect([status, body['scope'], body['expires_in']]).toEqual([
      200,
      'orders:read orders:write',
      300,
    ])
    const response = await service.orders(String(body['access_token']), 'POST')
    expect([response.status, await response.json()]).toEqual([
      200,
      { subject: `arn:aws:iam::${ACCOUNT}:role/ci/deployer`, orders: [] },
    ])
  })

  it('lets the platform team read alone', async () => {
    await using service = await start()
    const sub = `arn:aws:iam::${ACCOUNT}:user/someone`
    const token = () => createToken(service.issuer.origin, { sub }, RSA_KEY)
    const { body } = await exchange(service.origin, token())
    expect(body['scope']).toBe('orders:read')
    expect((await service.orders(String(body['access_token']))).status).toBe(200)
    expect((await service.orders(String(body['access_token']), 'POST')).status).toBe(403)
    expect(await exchange(service.origin, token(), { scope: 'orders:write' })).toEqual({
      status: 400,
      body: { error: 'invalid_scope', error_description: 'orders:write is not granted' },
    })
  })

  it('takes a token once, and its own tokens nowhere else', async () => {
    await using service = await start()
    const token = createToken(service.issuer.origin)
    const { body } = await exchange(service.origin, token, { scope: 'orders:read' })
    expect(body['scope']).toBe('orders:read')
    expect((await exchange(service.origin, token)).status).toBe(400)
    expect((await exchange(service.origin, String(body['access_token']))).status).toBe(400)
    expect((await service.orders(token)).status).toBe(401)
    expect((await fetch(`${service.origin}/elsewhere`)).status).toBe(404)
    expect(service.log).toEqual([
      expect.stringMatching(/^refused: token_replayed: /),
      expect.stringMatching(/^refused: token_malformed: /),
    ])
  })

  it('runs as its README says', async () => {
    await using issuer = await startIssuer(formatJwks(EC_KEY))
    const child = spawn(process.execPath, [join(EXAMPLE, 'server.ts')], {
      env: { ISSUER: issuer.origin, ACCOUNT, AUDIENCE, ALLOW_INSECURE_HTTP: 'true', PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(createInterface(child.stdout), 'line')
    const port = /"port":(\d+)/.exec(String(line))?.[1]
    const { status } = await exchange(`http://127.0.0.1:${port}`, createToken(issuer.origin))
    expect(status).toBe(200)
    child.kill()
    await once(child, 'exit')
  })
})
