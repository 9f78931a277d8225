import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createSelfSigned, createSignedBy } from '../../server/src/http/test/self-signed.ts'
import { ACCOUNT, AUDIENCE, createPayload, EC_KEY, formatJwks, signToken } from './tokens.ts'

const SERVER = join(import.meta.dirname, '../../../examples/private-network/server.ts')
const SUB = `arn:aws:iam::${ACCOUNT}:role/ci/deployer`
/** A name that nobody but the proxy knows. */
const HOST = 'issuer.internal'
const ISSUER = `https://${HOST}`
const AUTHORITY = 'A private authority'

/** An issuer with a certificate of a private authority, and a proxy that knows where it is. */
async function startNetwork() {
  const authority = createSelfSigned(AUTHORITY)
  const documents: Readonly<Record<string, object>> = {
    '/.well-known/openid-configuration': { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` },
    '/jwks': formatJwks(EC_KEY),
  }
  const issuer = createTlsServer(createSignedBy(authority, AUTHORITY, HOST), (request, response) =>
    response.end(JSON.stringify(documents[request.url ?? ''] ?? {})),
  )
  const asked: string[] = []
  const proxy = createServer().on('connect', (request, socket) => {
    asked.push(String(request.url))
    const upstream = connect(portOf(issuer), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.pipe(upstream).pipe(socket)
    })
    upstream.on('error', () => socket.destroy())
    socket.on('error', () => upstream.destroy())
    socket.on('close', () => upstream.destroy())
  })
  for (const server of [issuer, proxy]) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  const folder = await mkdtempDisposable(join(tmpdir(), 'credence-network-'))
  const caFile = join(folder.path, 'ca.pem')
  await writeFile(caFile, authority.cert)
  return {
    asked,
    caFile,
    proxy: `http://127.0.0.1:${portOf(proxy)}`,
    [Symbol.asyncDispose]: async () => {
      proxy.close()
      issuer.closeAllConnections()
      issuer.close()
      await folder.remove()
    },
  }
}

const portOf = (server: { address(): AddressInfo | string | null }): number => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

const environment = (more: Readonly<Record<string, string>>) => ({
  env: { ISSUER, ACCOUNT, AUDIENCE, PORT: '0', ...more },
})

describe('the example of an issuer behind a proxy, with a certificate of a private authority', () => {
  it.each([
    ['by undici', 'PROXY', 'CA_FILE', {}],
    ['by Node itself', 'HTTPS_PROXY', 'NODE_EXTRA_CA_CERTS', { NODE_USE_ENV_PROXY: '1' }],
  ])('lets callers in %s', async (_, proxyName, caName, more) => {
    await using network = await startNetwork()
    const env = { [proxyName]: network.proxy, [caName]: network.caFile, ...more }
    const child = spawn(process.execPath, [SERVER], {
      ...environment(env),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(createInterface(child.stdout), 'line')
    const iat = Math.floor(Date.now() / 1000)
    const token = signToken(createPayload({ iss: ISSUER, sub: SUB, iat, exp: iat + 60 }))
    const response = await fetch(`http://127.0.0.1:${/"port":(\d+)/.exec(String(line))?.[1]}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect([response.status, await response.text()]).toEqual([200, SUB])
    expect(new Set(network.asked)).toEqual(new Set([`${HOST}:443`]))
    child.kill()
    await once(child, 'exit')
  })

  const startFailing = (env: Readonly<Record<string, string>>) =>
    promisify(execFile)(process.execPath, [SERVER], environment(env)).then(
      () => 'it started',
      (error: { readonly stderr: string }) => error.stderr,
    )

  it('says that the authority is not trusted', async () => {
    await using network = await startNetwork()
    expect(await startFailing({ PROXY: network.proxy })).toMatch(
      /the keys of https:\/\/issuer\.internal cannot be had: .*fetch failed: unable to verify the first certificate/,
    )
  })

  it('says that the proxy cannot be reached', async () => {
    await using network = await startNetwork()
    const gone = createServer().listen(0, '127.0.0.1')
    await once(gone, 'listening')
    const proxy = `http://127.0.0.1:${portOf(gone)}`
    gone.close()
    await once(gone, 'close')
    expect(await startFailing({ PROXY: proxy, CA_FILE: network.caFile })).toMatch(
      /cannot be had: .*fetch failed: connect ECONNREFUSED 127\.0\.0\.1:\d+/,
    )
  })
})
