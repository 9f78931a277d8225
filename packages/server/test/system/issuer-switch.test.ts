import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVerifier } from '@credence/verify'
import { JwtVerifier } from 'aws-jwt-verify'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { expect, it, onTestFinished, vi } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { type RunningServer, SYSTEM_RANDOM, startServer } from '../../src/composition.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { findFreePort } from '../../src/http/free-port.ts'
import { addAccount, addUser } from '../support/accounts.ts'
import { call } from '../support/calls.ts'
import { createFakeTerminal } from '../support/fake-terminal.ts'
import type { TestServer } from '../support/server.ts'
import { tokenCall } from '../support/token-call.ts'
import { findText, readXml } from '../support/xml.ts'

// A server is started three times, and keys of 2048 bits are made.
vi.setConfig({ testTimeout: 120_000 })

const AUDIENCE = 'https://api.example.com'

/** The verifiers keep time by the machine, so the server does too. */
const clock = { nowMs: () => Date.now(), moveBy: () => {} }

/** An installation in a directory of its own, with the command line and servers over its configuration. */
async function createInstallation() {
  const directory = mkdtempSync(join(tmpdir(), 'credence-switch-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const port = await findFreePort('127.0.0.1')
  const file = join(directory, 'credence.yaml')
  const [former, next] = [`http://127.0.0.1:${port}`, `http://localhost:${port}`]
  writeFileSync(
    file,
    `# Of the platform team.
listen: { host: 127.0.0.1, port: ${port} }
issuer:
  baseUrl: ${former} # in every token
  aliases:
    - baseUrl: ${next}
    # Nobody is there.
    - baseUrl: http://127.0.0.1:1
store: { path: ${directory}/credence.db }
masterKey: { file: ${directory}/master.key }
audit: { file: ${directory}/audit.jsonl }
signer: { multiBuffer: off, nettle: off }
`,
  )
  chmodSync(file, 0o640)

  const logDescriptor = openSync('/dev/null', 'a')
  onTestFinished(() => closeSync(logDescriptor))

  /** What a command prints, and how it ends. */
  const run = async (...words: readonly string[]) => {
    using terminal = createFakeTerminal()
    const real = { ...terminal, clock }
    const exitCode = await runCli(['--config', file, ...words], real)
    return { exitCode, output: terminal.output(), errors: terminal.errors() }
  }
  const serve = async (): Promise<RunningServer> => {
    const readFile = (path: string) => readFileSync(path, 'utf8')
    const { config } = loadConfig({ file, env: {}, flags: [], readFile })
    return startServer(config, { clock, env: {}, random: SYSTEM_RANDOM, logDescriptor })
  }
  const readAudit = () => readFileSync(join(directory, 'audit.jsonl'), 'utf8')
  return { file, former, next, port, run, serve, readAudit }
}

/** Verifiers that trust both issuers during the move, each as its documentation advises. */
function createVerifiers(issuers: readonly string[]) {
  const jwksCache = () =>
    // Its own fetcher knows HTTPS alone.
    new SimpleJwksCache({ fetcher: { fetch: async uri => (await fetch(uri)).arrayBuffer() } })
  const toJwksUri = (issuer: string) => `${issuer}/.well-known/jwks.json`
  const aws = JwtVerifier.create(
    issuers.map(issuer => ({ issuer, audience: AUDIENCE, jwksUri: toJwksUri(issuer) })),
    { jwksCache: jwksCache() },
  )
  const ours = createVerifier({
    issuers: issuers.map(issuer => ({ issuer, accounts: null, allowInsecureHttp: true })) as never,
    audience: AUDIENCE,
  })
  return {
    'aws-jwt-verify': (token: string) => aws.verify(token),
    '@credence/verify': (token: string) => ours.verify(token),
    jose: async (token: string) => {
      const issuer = issuers.find(each => each === decodeJwt(token).iss) ?? ''
      const discovery = await fetch(`${issuer}/.well-known/openid-configuration`)
      const { issuer: named, jwks_uri } = (await discovery.json()) as Record<string, string>
      expect(named).toBe(issuer)
      const keys = createRemoteJWKSet(new URL(jwks_uri ?? ''))
      return jwtVerify(token, keys, { issuer, audience: AUDIENCE })
    },
  }
}

it('moves to another name and back, and no good token is refused', async () => {
  const { file, former, next, port, run, serve, readAudit } = await createInstallation()
  expect(await run('init')).toMatchObject({ exitCode: 0 })
  let server = await serve()
  onTestFinished(() => server.stop({ graceMs: 0 }))
  const asTestServer = { data: server.data, clock } as unknown as TestServer
  const account = await addAccount(asTestServer, '123456789012')
  const { credentials } = await addUser(
    { ...asTestServer, random: SYSTEM_RANDOM },
    account,
    'admin',
  )
  const { issuerId = '' } = (await server.data.issuer.findFederation(account)) ?? {}
  await server.rotateKeys()
  const [formerIssuer, nextIssuer] = [`${former}/${issuerId}`, `${next}/${issuerId}`]
  const restart = async () => {
    await server.stop({ graceMs: 0 })
    server = await serve()
    await server.rotateKeys()
  }
  const issue = async () => {
    const answer = await call({ port, clock }, credentials, tokenCall())
    const path = ['GetWebIdentityTokenResult', 'WebIdentityToken'] as const
    return findText(readXml(answer.body), ...path) ?? ''
  }
  const verifyAll = async (tokens: readonly string[]) => {
    for (const [name, verify] of Object.entries(createVerifiers([formerIssuer, nextIssuer]))) {
      for (const token of tokens) {
        await expect(verify(token), `${name}: ${decodeJwt(token).iss}`).resolves.toBeTruthy()
      }
    }
  }
  const before = readFileSync(file, 'utf8')
  const first = await issue()
  expect(decodeJwt(first).iss).toBe(formerIssuer)

  // What verifiers could not use is refused, and nothing is written.
  const nobody = await run('issuer', 'switch', '--to', 'http://127.0.0.1:1', '--write')
  expect(nobody).toMatchObject({ exitCode: 8, errors: expect.stringContaining('2 of 2 documents') })
  expect(nobody.output).toContain('nothing is there')
  const looked = await run('issuer', 'switch', '--to', next, '--write', '--dry-run')
  expect(looked).toMatchObject({ exitCode: 0, output: expect.stringContaining('2 documents') })
  expect(readFileSync(file, 'utf8')).toBe(before)

  expect(await run('issuer', 'switch', '--to', next, '--write')).toMatchObject({ exitCode: 0 })
  const after = readFileSync(file, 'utf8')
  for (const comment of ['# Of the platform team.', '# in every token', '# Nobody is there.']) {
    expect(after).toContain(comment)
  }
  expect(statSync(file).mode & 0o777).toBe(0o640)
  // A server that has not been restarted goes on under the former name, which all serve.
  expect(decodeJwt(await issue()).iss).toBe(formerIssuer)
  await restart()
  const second = await issue()
  expect(decodeJwt(second).iss).toBe(nextIssuer)
  await verifyAll([first, second])

  const back = await run('--json', 'issuer', 'switch', '--back', '--write')
  expect(back.errors).toBe('')
  expect(JSON.parse(back.output)).toMatchObject({ from: next, to: former, documents: 2 })
  await restart()
  const third = await issue()
  expect(decodeJwt(third).iss).toBe(formerIssuer)
  await verifyAll([first, second, third])

  const switches = readAudit()
    .split('\n')
    .filter(line => line.includes('"IssuerSwitched"'))
    .map(line => JSON.parse(line).serviceEventDetails)
  expect(switches).toMatchObject([
    { from: former, to: next, until: expect.any(String) },
    { from: next, to: former, until: expect.any(String) },
  ])
})
