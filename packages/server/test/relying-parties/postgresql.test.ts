import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createService } from '../../../../examples/postgresql-login/service.ts'
import { requestToken } from '../../src/cli/token-request.ts'
import { findFreePort } from '../../src/http/free-port.ts'
import { Secret } from '../../src/secrets/secret.ts'
import { type DevServer, startDevServer } from '../support/dev-server.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** Where Debian has the programs of PostgreSQL. */
const BIN = ['18', '17', '16', '15']
  .map(version => `/usr/lib/postgresql/${version}/bin`)
  .find(path => existsSync(join(path, 'initdb')))

/** PostgreSQL does not run as root. */
const AS_NOBODY =
  process.getuid?.() === 0
    ? ['setpriv', '--reuid', 'nobody', '--regid', 'nogroup', '--clear-groups']
    : []

/** The database administrator and the broker are let in as they are; everybody else by password. */
const HOST_RULES = `host all postgres,broker 127.0.0.1/32 trust
host all all 127.0.0.1/32 scram-sha-256
`

const AUDIENCE = 'https://db.example.com'

// A database, a server of tokens, and the service between them; all real.
describe.skipIf(BIN === undefined)('examples/postgresql-login', () => {
  const home = mkdtempSync(join(tmpdir(), 'credence-postgresql-'))
  const data = join(home, 'data')
  const service = createServer()
  const logged: string[] = []
  let tokens: DevServer
  let adminUrl: string
  let serviceUrl: string

  beforeAll(async () => {
    chmodSync(home, 0o777)
    const port = await findFreePort('127.0.0.1')
    await run(['initdb', '-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '-E', 'UTF8'])
    writeFileSync(join(data, 'pg_hba.conf'), HOST_RULES)
    const options = `-c listen_addresses=127.0.0.1 -p ${port} -c unix_socket_directories= -c fsync=off`
    await run(['pg_ctl', '-D', data, '-w', '-l', join(home, 'log'), '-o', options, 'start'])
    adminUrl = `postgresql://postgres@127.0.0.1:${port}/postgres`
    await psql(
      adminUrl,
      `CREATE TABLE orders (id int); INSERT INTO orders VALUES (7);
       CREATE ROLE orders_reader NOLOGIN; GRANT SELECT ON orders TO orders_reader;
       CREATE ROLE broker LOGIN CREATEROLE;
       GRANT orders_reader TO broker WITH ADMIN OPTION; GRANT pg_signal_backend TO broker;`,
    )
    tokens = await startDevServer()
    const issuer = String(tokens.environment['CREDENCE_ISSUER'])
    const broker = `postgresql://broker@127.0.0.1:${port}/postgres`
    service.on(
      'request',
      createService({
        issuers: [{ issuer, accounts: ['123456789012'], allowInsecureHttp: true }],
        audience: AUDIENCE,
        rules: [
          {
            name: 'administrators',
            when: { subjects: ['arn:aws:iam::123456789012:user/admin'] },
            grant: { role: 'orders_reader' },
          },
        ],
        databaseUrl: `postgresql://127.0.0.1:${port}/postgres`,
        runSql: async sql => void (await psql(broker, sql)),
        log: message => logged.push(message),
      }),
    )
    await once(service.listen(0, '127.0.0.1'), 'listening')
    const address = service.address()
    if (typeof address === 'object') serviceUrl = `http://127.0.0.1:${address?.port}`
  })

  afterAll(async () => {
    service.close()
    await tokens?.[Symbol.asyncDispose]()
    if (existsSync(join(data, 'postmaster.pid'))) {
      await run(['pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop'])
    }
    rmSync(home, { recursive: true })
  })

  async function run([program = '', ...words]: readonly string[]): Promise<void> {
    const [file = '', ...rest] = [...AS_NOBODY, join(String(BIN), program), ...words]
    // The server keeps what it inherits open.
    const child = spawn(file, rest, { cwd: home, stdio: 'ignore' })
    const [exitCode] = await once(child, 'close')
    if (exitCode !== 0) throw new Error(`${program} ended with exit code ${exitCode}`)
  }

  async function psql(url: string, sql: string): Promise<string> {
    const child = spawn(join(String(BIN), 'psql'), [
      ...['-X', '-q', '-At', '-w', '-v', 'ON_ERROR_STOP=1', '-f', '-', url],
    ])
    child.stdin.on('error', () => {}).end(sql)
    const [output, errors, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ])
    if (exitCode !== 0) throw new Error(errors)
    return output.trim()
  }

  async function exchange(audience = AUDIENCE) {
    const { environment } = tokens
    const { token } = await requestToken(
      {
        endpoint: String(environment['AWS_ENDPOINT_URL_STS']),
        region: String(environment['AWS_REGION']),
        credentials: {
          accessKeyId: String(environment['AWS_ACCESS_KEY_ID']),
          secretAccessKey: new Secret(String(environment['AWS_SECRET_ACCESS_KEY'])),
          sessionToken: null,
        },
        nowMs: () => Date.now(),
      },
      { audience: [audience], algorithm: 'ES384' },
    )
    const response = await fetch(`${serviceUrl}/`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        subject_token: token,
      }),
    })
    return Object(await response.json())
  }

  it('gives a login that acts as the role of its rule, and no more', async () => {
    const { access_token: url, expires_in } = await exchange()
    expect(expires_in, logged.join('\n')).toBe(300)
    expect(await psql(url, 'SELECT current_user, id FROM orders')).toBe('orders_reader|7')
    await expect(psql(url, 'INSERT INTO orders VALUES (8)')).rejects.toThrow(/permission denied/)
    await expect(psql(url, 'CREATE ROLE x')).rejects.toThrow(/permission denied/)
    const { username } = new URL(url)
    expect(logged).toContain(
      `${username} for arn:aws:iam::123456789012:user/admin, rule administrators`,
    )
    expect(logged.join('\n')).not.toContain(new URL(url).password)
    await expect(psql(url.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(/password/)
  })

  it('takes the login away, and its connections, when its time is over', async () => {
    const { access_token: url } = await exchange()
    const { username } = new URL(url)
    const open = psql(url, 'SELECT pg_sleep(600)')
    open.catch(() => {})
    const count = `SELECT count(*) FROM pg_stat_activity WHERE usename = '${username}'`
    await vi.waitFor(async () => expect(await psql(adminUrl, count)).toBe('1'), 60_000)
    await psql(adminUrl, `ALTER ROLE ${username} VALID UNTIL '2020-01-01'`)
    await expect(psql(url, 'SELECT 1')).rejects.toThrow(/password authentication failed/)
    await exchange()
    await expect(open).rejects.toThrow(/terminating connection/)
    const left = `SELECT count(*) FROM pg_roles WHERE rolname = '${username}'`
    expect(await psql(adminUrl, left)).toBe('0')
  })

  it('gives nothing for a token that is made for another service', async () => {
    expect(await exchange('https://other.example.com')).toMatchObject({
      error: 'invalid_request',
    })
  })
})

it.runIf(BIN === undefined)(
  'needs the programs of PostgreSQL, which this machine lacks',
  async () => {
    await expect(promisify(execFile)('initdb', ['--version'])).rejects.toThrow()
  },
)
