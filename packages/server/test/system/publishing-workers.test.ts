import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { expect, it, vi } from 'vitest'
import { serveDirectory } from '../support/static-site.ts'
import { startServe } from './credence-process.ts'
import { createInstallation } from './installation.ts'
import { createSdkClients } from './sdk-clients.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 60_000 })

const PATIENCE = { timeout: 40_000, interval: 100 }

it('the primary process publishes for its workers, and what a command has changed', async () => {
  using stack = new DisposableStack()
  const directory = mkdtempSync(join(tmpdir(), 'credence-published-'))
  stack.defer(() => rmSync(directory, { recursive: true, force: true }))
  await using site = await serveDirectory(directory)
  const target = { name: 'site', kind: 'directory', path: directory, publicUrl: site.url }
  using installation = await createInstallation({
    settings: {
      server: { workers: 2 },
      issuer: { baseUrl: site.url },
      publish: { targets: [target] },
    },
  })
  await using server = await startServe(installation.configFile)
  const { sts } = createSdkClients(installation)
  const issue = async () => {
    const { GetWebIdentityTokenCommand } = await import('@aws-sdk/client-sts')
    const command = new GetWebIdentityTokenCommand({
      Audience: ['https://api.example.org'],
      SigningAlgorithm: 'ES384',
    })
    return (await sts.send(command)).WebIdentityToken ?? ''
  }
  // The first keys sign when the primary process has seen them at the site.
  const token = await vi.waitFor(issue, PATIENCE)
  const keys = createRemoteJWKSet(new URL(`${installation.issuer}/.well-known/jwks.json`))
  await jwtVerify(token, keys, { issuer: installation.issuer })

  const issuerId = installation.issuer.split('/').at(-1) ?? ''
  const readJwks = () => readFileSync(join(directory, issuerId, '.well-known/jwks.json'), 'utf8')
  const kid = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
  expect(readJwks()).toContain(kid)
  await vi.waitFor(async () => {
    const { output } = await installation.credence('key', 'list')
    if (output.match(/ site$/gm)?.length !== 4) throw new Error(output)
  }, PATIENCE)
  const revoked = await installation.credence('key', 'revoke', '--algorithm', 'ES384')
  expect(revoked.exitCode).toBe(0)
  expect(readJwks()).not.toContain(kid)
  // The next key is made and published by the server, with nobody's help.
  await vi.waitFor(() => expect(JSON.parse(readJwks()).keys).toHaveLength(4), PATIENCE)
  expect(JSON.parse((await installation.credence('publish', 'status', '--json')).output)).toEqual([
    expect.objectContaining({ name: 'site', failure: null, visible: 1 }),
  ])
  await server.stop('SIGTERM')
})
