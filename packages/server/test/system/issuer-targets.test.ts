import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { expect, it, onTestFinished, vi } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { startServer } from '../../src/composition.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { findFreePort } from '../../src/http/free-port.ts'
import { createTestClock } from '../support/clock.ts'
import { createFakeTerminal } from '../support/fake-terminal.ts'
import { account, createRequest } from '../support/issuer-parts.ts'
import { serveDirectory } from '../support/static-site.ts'

// Keys of 2048 bits are made.
vi.setConfig({ testTimeout: 60_000 })

/** An installation whose second name leads to a static site and not to the server. */
async function createInstallation() {
  const directory = mkdtempSync(join(tmpdir(), 'credence-names-'))
  const files = mkdtempSync(join(tmpdir(), 'credence-site-'))
  onTestFinished(() => {
    for (const each of [directory, files]) rmSync(each, { recursive: true })
  })
  const site = await serveDirectory(files)
  onTestFinished(() => site[Symbol.asyncDispose]())
  const port = await findFreePort('127.0.0.1')
  const main = `http://127.0.0.1:${port}`
  const file = join(directory, 'credence.yaml')
  const configure = (alias: string, target: string) =>
    writeFileSync(
      file,
      `listen: { host: 127.0.0.1, port: ${port} }
issuer:
  baseUrl: ${main}
  aliases: [${alias}]
publish:
  targets:
    - { name: site, kind: directory, path: ${files}, publicUrl: "${site.url}", required: false${target} }
sts: { regions: [eu-central-1] }
store: { path: ${directory}/credence.db }
masterKey: { file: ${directory}/master.key }
audit: { file: ${directory}/audit.jsonl, durability: write }
signer: { multiBuffer: off, nettle: off }
`,
    )
  const clock = createTestClock()
  const logDescriptor = openSync('/dev/null', 'a')
  onTestFinished(() => closeSync(logDescriptor))
  const run = async (...words: readonly string[]) => {
    using terminal = createFakeTerminal({ clock })
    const exitCode = await runCli(['--config', file, ...words], terminal)
    return { exitCode, output: terminal.output(), errors: terminal.errors() }
  }
  const serve = async () => {
    using terminal = createFakeTerminal({ clock })
    const { config } = loadConfig({ file, env: {}, flags: [], readFile: terminal.readFile })
    const { env, random } = terminal
    const overrides = { rotatesByHand: true, elapsedMs: () => clock.nowMs() }
    const server = await startServer(config, { clock, env, random, overrides, logDescriptor })
    onTestFinished(() => server.stop({ graceMs: 0 }))
    return server
  }
  const read = () => readFileSync(file, 'utf8')
  return { main, site, clock, configure, run, serve, read }
}

it('asks the targets of the new name, and lets none change its name by the way', async () => {
  const { main, site, clock, configure, run, serve, read } = await createInstallation()
  configure(`{ baseUrl: "${site.url}" }`, `, issuer: "${site.url}"`)
  expect(await run('init')).toMatchObject({ exitCode: 0 })
  const server = await serve()
  const { store, issuer } = server.data
  await store.createAccount(account)
  const { issuerId } = await issuer.enableFederation(account, clock.nowMs())
  await server.rotateKeys()
  await server.publish()
  const before = read()

  // The site answers as it should not: with an error, or with the documents of another name.
  site.intercept = (_request, response) => {
    response.writeHead(503).end()
    return true
  }
  const away = await run('issuer', 'switch', '--to', site.url, '--write')
  expect(away).toMatchObject({ exitCode: 8, errors: expect.stringContaining('4 of 4 documents') })
  expect(away.output).toContain(`site: ${site.url}/${issuerId}/.well-known/jwks.json`)
  site.intercept = () => false

  // The target would have the documents of another name from the switch on.
  configure(`{ baseUrl: "${site.url}" }`, '')
  expect(await run('issuer', 'switch', '--to', site.url, '--write')).toMatchObject({
    exitCode: 3,
    errors: expect.stringContaining(`Write \`issuer: ${main}\` first`),
  })
  configure(`{ baseUrl: "${site.url}" }`, `, issuer: "${site.url}"`)
  expect(read()).toBe(before)

  expect(await run('issuer', 'switch', '--to', site.url, '--write')).toMatchObject({
    exitCode: 0,
    output: expect.stringContaining('4 documents are right'),
  })
  await server.stop({ graceMs: 0 })
  const next = await serve()
  const { token } = await next.data.issuer.issueToken(createRequest({ nowMs: clock.nowMs() }))
  await next.stop({ graceMs: 0 })
  // Nobody needs the server to verify it.
  const keys = createRemoteJWKSet(new URL(`${site.url}/${issuerId}/.well-known/jwks.json`))
  const { payload } = await jwtVerify(token, keys, {
    issuer: `${site.url}/${issuerId}`,
    currentDate: new Date(clock.nowMs()),
  })
  expect(payload.sub).toContain('alice')
})

it('keeps what lies at the target of a name that has ended up to date, and says so', async () => {
  const { site, clock, configure, run, serve } = await createInstallation()
  const until = '2026-11-23T00:00:00Z'
  configure(`{ baseUrl: "${site.url}", until: "${until}" }`, `, issuer: "${site.url}"`)
  await run('init')
  const server = await serve()
  const { store, issuer } = server.data
  await store.createAccount(account)
  const { issuerId } = await issuer.enableFederation(account, clock.nowMs())
  const readKeys = async () => {
    const answer = await fetch(`${site.url}/${issuerId}/.well-known/jwks.json`)
    return ((await answer.json()) as { keys: readonly unknown[] }).keys.length
  }
  await server.publish()
  expect(await readKeys()).toBe(2)
  clock.moveBy(Date.parse(until) - clock.nowMs())
  await server.rotateKeys()
  await server.publish()
  expect(await readKeys()).toBe(4)
  const checked = await run('config', 'check')
  expect(checked.output).toContain(
    `issuer.aliases has ${site.url}, which has not been served since`,
  )
  expect(checked.output).toContain(`publish.targets has site, a target of the name ${site.url}`)
})
