import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { decodeToken } from '../../src/cli/decode-token.ts'
import { runCli } from '../../src/cli/run-cli.ts'
import { createTestClock } from '../support/clock.ts'
import { createFakeTerminal, type FakeTerminal } from '../support/fake-terminal.ts'

vi.setConfig({ testTimeout: 60_000 })

const home = process.cwd()
let directory: string
let dev: FakeTerminal
let devEnd: Promise<number>
let environment: Record<string, string>

// A server for development and the helper beside it, in this process and by one clock.
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'credence-watch-'))
  process.chdir(directory)
  mkdirSync('tokens', { mode: 0o700 })
  dev = createFakeTerminal({ clock: createTestClock() })
  devEnd = runCli(['dev', '--port', '0', '--json'], dev)
  await dev.nextPrint()
  const exports = readFileSync('.credence/dev.env', 'utf8').matchAll(/^export (\w+)='?(.*?)'?$/gm)
  environment = Object.fromEntries([...exports].map(([, name = '', value = '']) => [name, value]))
})

afterEach(async () => {
  dev.send('SIGTERM')
  await devEnd
  dev[Symbol.dispose]()
  process.chdir(home)
  rmSync(directory, { recursive: true })
})

function startHelper(words: string, env: Readonly<Record<string, string>> = environment) {
  const terminal = createFakeTerminal({ env, clock: dev.clock })
  const ended = runCli(['token', '--watch', ...words.split(' ')], terminal)
  return { terminal, ended, asleep: () => Promise.race([terminal.sleepers.untilAsleep(1), ended]) }
}

async function runJson(words: string, env: Readonly<Record<string, string>> = environment) {
  using terminal = createFakeTerminal({ env, clock: dev.clock })
  expect(await runCli([...words.split(' '), '--json'], terminal), terminal.errors()).toBe(0)
  return JSON.parse(terminal.output())
}

/** Calls an operation as the administrator; returns the texts of the answer by element. */
async function call(action: string, parameters: Readonly<Record<string, string>> = {}) {
  const { callApi } = await import('../../src/cli/call-api.ts')
  const { STS } = await import('../../src/operations/apis.ts')
  const { Secret } = await import('../../src/secrets/secret.ts')
  return callApi(
    {
      endpoint: String(environment['AWS_ENDPOINT_URL_STS']),
      region: 'us-east-1',
      credentials: {
        accessKeyId: String(environment['AWS_ACCESS_KEY_ID']),
        secretAccessKey: new Secret(String(environment['AWS_SECRET_ACCESS_KEY'])),
        sessionToken: null,
      },
      nowMs: () => dev.clock.nowMs(),
    },
    STS,
    [['Action', action], ...Object.entries(parameters)],
  )
}

async function takeSession(seconds: number): Promise<Record<string, string>> {
  const session = await call('GetSessionToken', { DurationSeconds: String(seconds) })
  return {
    AWS_ACCESS_KEY_ID: String(session.get('AccessKeyId')),
    AWS_SECRET_ACCESS_KEY: String(session.get('SecretAccessKey')),
    AWS_SESSION_TOKEN: String(session.get('SessionToken')),
  }
}

function claims(file: string): Readonly<Record<string, unknown>> {
  return decodeToken(readFileSync(file, 'utf8')).claims
}

describe('credence token --watch', () => {
  it('keeps a file fresh until SIGTERM, and refreshes it at SIGHUP', async () => {
    const helper = startHelper('--audience a --out tokens/a --tag job=x --algorithm RS256')
    await helper.asleep()
    const first = claims('tokens/a')
    expect(first).toMatchObject({ aud: 'a' })
    helper.terminal.send('SIGHUP')
    await helper.asleep()
    const second = claims('tokens/a')
    expect(second['jti']).not.toBe(first['jti'])
    for (let seconds = 0; seconds < 240; seconds += 30) {
      helper.terminal.sleepers.pass(30_000)
      await helper.asleep()
    }
    expect(claims('tokens/a')['jti']).not.toBe(second['jti'])
    helper.terminal.send('SIGTERM')
    expect(await helper.ended).toBe(0)
    expect(helper.terminal.output()).toBe('')
    expect(helper.terminal.errors()).not.toContain(readFileSync('tokens/a', 'utf8'))
    expect(helper.terminal.errors().match(/ has a token for a until /g)).toHaveLength(3)
  })

  it('ends with the terminal that it was started at', async () => {
    const terminal = createFakeTerminal({
      env: environment,
      clock: dev.clock,
      isInteractive: true,
    })
    const ended = runCli(['token', '--watch', '--audience', 'a', '--out', 'tokens/a'], terminal)
    await terminal.sleepers.untilAsleep(1)
    terminal.send('SIGHUP')
    expect(await ended).toBe(0)
  })

  it('ends while the server does not answer', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    const asked = new Promise(resolve => silent.once('request', resolve))
    await new Promise(resolve => silent.once('listening', resolve))
    const address = silent.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const helper = startHelper(`--audience a --out tokens/a --endpoint http://127.0.0.1:${port}`)
    await asked
    helper.terminal.send('SIGTERM')
    expect(await helper.ended).toBe(0)
    silent.closeAllConnections()
    silent.close()
  })

  it('ends with exit code 6 when it is refused', async () => {
    const helper = startHelper('--audience a --out tokens/a --duration 59')
    expect(await helper.ended).toBe(6)
    expect(helper.terminal.errors()).toMatch(/^error: ValidationError: /)
  })

  it('makes tokens shorter than a session that ends soon, and ends with it', async () => {
    const session = { ...environment, ...(await takeSession(900)) }
    const helper = startHelper('--audience a --out tokens/a --duration 3600', session)
    await helper.asleep()
    const { iat, exp } = claims('tokens/a')
    expect(Number(exp) - Number(iat)).toBe(450)
    expect(helper.terminal.errors()).toContain('lives 450 s, since the session')
    let hasEnded = false
    void helper.ended.then(() => {
      hasEnded = true
    })
    while (!hasEnded) {
      helper.terminal.sleepers.pass(30_000)
      await helper.asleep()
    }
    expect(await helper.ended).toBe(10)
    expect(helper.terminal.errors()).toMatch(
      /\nerror: (The session of the AWS credentials from the environment ends within a minute|The AWS credentials from the environment have expired)/,
    )
    // The last token lasts as long as the session, less than a minute and a half.
    expect(Number(claims('tokens/a')['exp']) * 1000).toBeGreaterThan(dev.clock.nowMs() - 90_000)
  })

  it('reads a profile anew when its keys have expired', async () => {
    const writeProfile = (keys: Readonly<Record<string, string>>) => {
      const lines = Object.entries(keys).map(([name, value]) => `${name.toLowerCase()}=${value}\n`)
      writeFileSync('credentials', `[ci]\n${lines.join('')}`)
    }
    writeProfile(await takeSession(900))
    const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _secret, ...rest } = environment
    const profile = {
      ...rest,
      AWS_PROFILE: 'ci',
      AWS_SHARED_CREDENTIALS_FILE: 'credentials',
      AWS_CONFIG_FILE: '/dev/null',
    }
    const helper = startHelper('--audience a --out tokens/a', profile)
    await helper.asleep()
    helper.terminal.sleepers.pass(901_000)
    await helper.asleep()
    expect(helper.terminal.errors()).toMatch(
      /no valid token; tried again in 1 s: The AWS credentials from the profile ci have expired\./,
    )
    writeProfile(await takeSession(900))
    helper.terminal.send('SIGHUP')
    await helper.asleep()
    expect(Number(claims('tokens/a')['exp']) * 1000).toBeGreaterThan(dev.clock.nowMs())
    helper.terminal.send('SIGINT')
    expect(await helper.ended).toBe(0)
  })
})

describe('credentials from elsewhere', () => {
  it('come from a container', async () => {
    const session = await takeSession(900)
    const agent = createServer((request, response) => {
      response.writeHead(request.headers.authorization === 'agreed' ? 200 : 401).end(
        JSON.stringify({
          AccessKeyId: session['AWS_ACCESS_KEY_ID'],
          SecretAccessKey: session['AWS_SECRET_ACCESS_KEY'],
          Token: session['AWS_SESSION_TOKEN'],
          Expiration: new Date(dev.clock.nowMs() + 900_000).toISOString(),
        }),
      )
    }).listen(0, '127.0.0.1')
    await new Promise(resolve => agent.once('listening', resolve))
    const address = agent.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _secret, ...rest } = environment
    const container = {
      ...rest,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/creds`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'agreed',
    }
    const answer = await runJson('token --audience a', container)
    expect(decodeToken(answer.token).claims).toMatchObject({ aud: 'a' })
    agent.close()
  })

  it.each([
    [{ AWS_PROFILE: 'nobody' }, 10, 'No AWS credentials from the profile nobody: '],
    [
      { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:1/' },
      10,
      'No AWS credentials from the container: ',
    ],
    [{ AWS_WEB_IDENTITY_TOKEN_FILE: 'missing' }, 2, 'AWS_ROLE_ARN is not set.'],
    [
      { AWS_WEB_IDENTITY_TOKEN_FILE: 'missing', AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/x' },
      10,
      'No AWS credentials from the role arn:aws:iam::123456789012:role/x by missing: ',
    ],
    [{}, 2, 'AWS_ACCESS_KEY_ID is not set.'],
  ])('with %j end with code %d', async (variables, code, told) => {
    const { AWS_ACCESS_KEY_ID: _id, ...rest } = environment
    const files = { AWS_SHARED_CREDENTIALS_FILE: 'none', AWS_CONFIG_FILE: 'none' }
    using terminal = createFakeTerminal({ env: { ...rest, ...files, ...variables } })
    expect(await runCli(['token', '--audience', 'a'], terminal)).toBe(code)
    expect(terminal.errors()).toMatch(new RegExp(`^error: ${RegExp.escape(told)}`))
  })
})
