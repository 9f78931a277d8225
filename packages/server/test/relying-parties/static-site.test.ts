import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVerifier } from '@credence/verify'
import { JwtVerifier } from 'aws-jwt-verify'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { checkTarget } from '../../src/publishing/check-target.ts'
import { HTTP } from '../../src/publishing/targets/http-target.ts'
import { createTargetDeps } from '../../src/publishing/test/target-deps.ts'
import { createAccount, createRequest } from '../support/issuer-parts.ts'
import { nginxLack, startNginx } from '../support/nginx.ts'
import { startTestServer } from '../support/server.ts'
import { serveDirectory } from '../support/static-site.ts'
import { lack, startVerifier } from './go-oidc-verifier.ts'
import { ALGORITHMS, AUDIENCE } from './rotating-issuer.ts'

// The first build of the verifier in Go brings its modules.
vi.setConfig({ testTimeout: 300_000 })

const CACHE_CONTROL = 'public, max-age=300, must-revalidate'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'credence-static-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** Tokens of an issuer whose documents are at a site alone: the server that has made them is gone. */
async function issueAndStop(siteUrl: string) {
  const clock = { nowMs: () => Date.now(), moveBy: () => {} }
  const targets = [{ name: 'site', kind: 'directory', path: directory, publicUrl: siteUrl }]
  const settings = { 'issuer.baseUrl': siteUrl, 'publish.targets': JSON.stringify(targets) }
  await using server = await startTestServer({ clock, settings })
  const account = createAccount('123456789012')
  await server.data.store.createAccount(account)
  const { issuerUrl } = await server.data.issuer.enableFederation(account, Date.now())
  await server.publish()
  await server.rotateKeys()
  const issue = async (algorithm: (typeof ALGORITHMS)[number]): Promise<string> => {
    const request = { account, algorithm, audiences: [AUDIENCE], nowMs: Date.now() }
    return (await server.data.issuer.issueToken(createRequest(request))).token
  }
  const tokens = await Promise.all([...ALGORITHMS, ...ALGORITHMS].map(issue))
  return { issuerUrl, tokens }
}

async function verifyAll(issuer: string, tokens: readonly string[]): Promise<void> {
  const jwksUri = `${issuer}/.well-known/jwks.json`
  const remoteKeys = createRemoteJWKSet(new URL(jwksUri))
  const ours = createVerifier({
    issuers: [{ issuer, accounts: null, allowInsecureHttp: true }],
    audience: AUDIENCE,
  })
  const awsJwtVerify = JwtVerifier.create(
    { issuer, audience: AUDIENCE, jwksUri },
    {
      // Its own fetcher knows HTTPS alone.
      jwksCache: new SimpleJwksCache({
        fetcher: { fetch: async uri => (await fetch(uri)).arrayBuffer() },
      }),
    },
  )
  for (const token of tokens) {
    await jwtVerify(token, remoteKeys, { algorithms: ALGORITHMS, issuer, audience: AUDIENCE })
    await awsJwtVerify.verify(token)
    await ours.verify(token)
  }
  if (lack !== null) return
  await using goOidc = startVerifier(issuer)
  for (const token of tokens) expect(await goOidc.verify(token)).toBe('')
}

describe('a static site and no server', () => {
  const others = lack === null ? ' and go-oidc' : `; go-oidc is not run, ${lack}`
  it(`is enough for jose, aws-jwt-verify, @credence/verify${others}`, async () => {
    await using site = await serveDirectory(directory, CACHE_CONTROL)
    const { issuerUrl, tokens } = await issueAndStop(site.url)
    expect(issuerUrl.startsWith(site.url)).toBe(true)
    await verifyAll(issuerUrl, tokens)
  })

  it.skipIf(nginxLack !== null)(
    `is nginx as the documentation has it${nginxLack === null ? '' : `: not run, ${nginxLack}`}`,
    async () => {
      await using nginx = await startNginx(
        `root ${directory}; default_type application/json; add_header Cache-Control "${CACHE_CONTROL}";`,
      )
      const { issuerUrl, tokens } = await issueAndStop(nginx.url)
      await verifyAll(issuerUrl, tokens)
    },
  )

  it.skipIf(nginxLack !== null)(
    `is not nginx with PUT, which ignores conditions${nginxLack === null ? '' : `: not run, ${nginxLack}`}`,
    async () => {
      await using nginx = await startNginx(
        `root ${directory}; dav_methods PUT DELETE; create_full_put_path on; default_type application/json; add_header Cache-Control "${CACHE_CONTROL}";`,
      )
      const deps = createTargetDeps()
      const findings = await checkTarget(
        {
          random: deps.random,
          cacheControl: CACHE_CONTROL,
          maxAgeSeconds: 300,
          stopping: deps.stopping,
        },
        {
          target: HTTP.open('nginx', { url: nginx.url }, deps),
          formatPublicUrl: issuerId => `${nginx.url}/${issuerId}`,
          isRequired: true,
          issuerName: null,
        },
      )
      expect(findings.filter(({ problem }) => problem !== null)).toEqual([
        {
          what: 'writes nothing where something is, when nothing should be',
          problem:
            'it ignores the condition of a write, so two writers destroy what the other wrote',
        },
      ])
    },
  )
})
