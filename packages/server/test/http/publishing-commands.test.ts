import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { addAccount } from '../support/accounts.ts'
import { createFakeTerminal } from '../support/fake-terminal.ts'
import { startTestServer } from '../support/server.ts'
import { type StaticSite, serveDirectory } from '../support/static-site.ts'

const ACCOUNT_ID = '123456789012'

let stack = new AsyncDisposableStack()
let directory: string
let site: StaticSite

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  directory = mkdtempSync(join(tmpdir(), 'credence-commands-'))
  stack.defer(() => rmSync(directory, { recursive: true, force: true }))
  site = stack.use(await serveDirectory(directory))
})
afterEach(() => stack.disposeAsync())

/** A server that has published, and commands beside it. */
async function start() {
  const targets = [{ name: 'site', kind: 'directory', path: directory, publicUrl: site.url }]
  const settings = { 'publish.targets': JSON.stringify(targets), 'issuer.baseUrl': site.url }
  const server = stack.use(await startTestServer({ settings }))
  const account = await addAccount(server, ACCOUNT_ID)
  const issuerId = (await server.data.issuer.findFederation(account))?.issuerId ?? ''
  const run = async (...args: readonly string[]) => {
    using terminal = createFakeTerminal({ clock: server.clock })
    const flags = Object.entries({
      ...settings,
      'store.path': join(server.directory, 'credence.db'),
      'masterKey.file': join(server.directory, 'master.key'),
      'audit.file': join(server.directory, 'audit.jsonl'),
    }).flatMap(([key, value]) => ['--set', `${key}=${value}`])
    const exitCode = await runCli([...args, ...flags], terminal)
    return { exitCode, output: terminal.output(), errors: terminal.errors() }
  }
  const settle = async () => {
    for (let round = 0; round < 3; round += 1) {
      await server.publish()
      await server.rotateKeys()
    }
  }
  const readJwks = () => readFileSync(join(directory, issuerId, '.well-known/jwks.json'), 'utf8')
  return { server, issuerId, run, settle, readJwks }
}

describe('credence publish', () => {
  it('publishes without a server, and lists what is visible', async () => {
    const { run, readJwks } = await start()
    expect((await run('publish', 'status')).output).toMatch(/\nsite +directory +yes +0 +0 +works\n/)
    const now = await run('publish', 'now')
    expect(now).toMatchObject({
      exitCode: 0,
      output: `ok       site: ${ACCOUNT_ID}: 2 documents written\n`,
    })
    expect(readJwks()).toContain('"credence_version":"1.')
    expect((await run('publish', 'now', 'site')).output).toContain('0 documents written')
    expect((await run('publish', 'status')).output).toMatch(/\nsite +directory +yes +1 +0 +works\n/)
    expect(JSON.parse((await run('publish', 'status', '--json')).output)).toEqual([
      {
        name: 'site',
        kind: 'directory',
        publicUrl: site.url,
        required: true,
        visible: 1,
        failingIssuers: 0,
        failingSince: null,
        failure: null,
        failing: [],
      },
    ])
  })

  it('says what verifiers do not see, with exit code 8', async () => {
    const { run, server } = await start()
    site.intercept = (_request, response) => {
      response.writeHead(404).end()
      return true
    }
    const now = await run('publish', 'now')
    expect(now.exitCode).toBe(8)
    expect(now.output).toMatch(
      /^PROBLEM {2}site: 123456789012\n {9}http:.*jwks\.json answers with status 404\n/,
    )
    const status = await run('publish', 'status')
    expect(status.output).toMatch(
      /\nsite +directory +yes +0 +1 +works\nsite: issuer .*: http:.* 404\n/,
    )
    rmSync(directory, { recursive: true })
    await server.publish()
    expect((await run('publish', 'status')).output).toMatch(
      /fails since 2026-.*\nsite: .*not mounted\n/,
    )
    expect(await run('publish', 'now')).toMatchObject({ exitCode: 8 })
  })

  it('checks a target, and knows no other', async () => {
    const { run } = await start()
    const check = await run('publish', 'check', 'site')
    expect(check.exitCode).toBe(0)
    expect(check.output).not.toContain('PROBLEM')
    site.intercept = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')
      return true
    }
    const wrong = await run('publish', 'check', 'site', '--json')
    expect(wrong.exitCode).toBe(8)
    expect(JSON.parse(wrong.output).at(-1).problem).toMatch(/shows another document/)
    expect(await run('publish', 'check', 'nowhere')).toMatchObject({
      exitCode: 2,
      errors: expect.stringContaining('There is no target nowhere: there are site.'),
    })
  })
})

describe('other commands', () => {
  it('key list shows where each key is visible', async () => {
    const { run, settle } = await start()
    expect((await run('key', 'list')).output).toMatch(/VISIBLE AT\n.*prepared .* -\n/)
    await settle()
    const { output } = await run('key', 'list')
    expect(output.match(/ site\n/g)).toHaveLength(4)
    const [first] = JSON.parse((await run('key', 'list', '--json')).output)
    expect(first.targets).toEqual([
      { name: 'site', visibleSince: expect.stringMatching(/Z$/), failure: null },
    ])
  })

  it('key activate waits for a target that does not show the key now, unless forced', async () => {
    const { run, settle, server } = await start()
    await settle()
    server.clock.moveBy(2 * 86_400_000)
    site.intercept = (_request, response) => {
      response.writeHead(503).end()
      return true
    }
    const early = await run('key', 'activate', '--algorithm', 'ES384')
    expect(early.exitCode).toBe(5)
    expect(early.errors).toContain('a place where verifiers look does not show the key now')
    expect(await run('key', 'activate', '--algorithm', 'ES384', '--force')).toMatchObject({
      exitCode: 0,
    })
  })

  it('key revoke publishes at once itself, and says where the key may still be seen', async () => {
    const { run, settle, readJwks, server } = await start()
    await settle()
    const keys = JSON.parse((await run('key', 'list', '--json')).output)
    const [{ kid, state }] = keys
    expect(state).toBe('active')
    expect(readJwks()).toContain(kid)
    const revoked = await run('key', 'revoke', '--algorithm', keys[0].algorithm)
    expect(revoked.errors).toBe('')
    expect(revoked.output).toContain(
      `The target site shows the keys of ${ACCOUNT_ID} as they are now.`,
    )
    expect(readJwks()).not.toContain(kid)
    await settle()
    rmSync(directory, { recursive: true })
    const failing = await run('key', 'revoke', '--algorithm', 'ES384', '--json')
    expect(failing.exitCode).toBe(0)
    expect(JSON.parse(failing.output).published).toEqual([
      {
        target: 'site',
        account: ACCOUNT_ID,
        writes: 0,
        problem: expect.stringMatching(/not mounted$/),
      },
    ])
    expect(server.readAudit()).toContain('SigningKeyRevoked')
  })

  it('doctor looks at the targets as verifiers do, and at an issuer that leads to one', async () => {
    const { run, settle } = await start()
    await settle()
    const fine = await run('doctor')
    expect(fine).toMatchObject({ exitCode: 0 })
    expect(fine.output.match(/^ok {7}site: /gm)).toHaveLength(2)
    expect(fine.output.match(/^ok/gm)).toHaveLength(4)
    site.intercept = (request, response) => {
      if (request.url?.endsWith('jwks.json') !== true) return false
      const headers = { 'content-type': 'application/json', 'cache-control': 'max-age=1' }
      response.writeHead(200, headers).end('{"keys":[]}')
      return true
    }
    const wrong = await run('doctor')
    expect(wrong.exitCode).toBe(8)
    expect(wrong.output).toMatch(
      /PROBLEM {2}site: http.*\n {9}the document there is none that Credence has written\n/,
    )
  })
})
