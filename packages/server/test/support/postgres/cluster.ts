import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { findFreePort } from '../../../src/http/free-port.ts'
import type { SelfSigned } from '../../../src/http/test/self-signed.ts'
import { findPostgres } from './find-postgres.ts'

/** The superuser of every cluster. It needs no password on the socket. */
export const ADMINISTRATOR = 'credence'

/** What a secure cluster asks for. */
export interface Security {
  readonly certificate: SelfSigned
  readonly password: string
  /** The authority of client certificates; they are asked for when it is given. */
  readonly clientAuthority?: string
}

/** PostgreSQL of the tests' own, on this machine alone. Nothing of it is kept. */
export interface Cluster extends AsyncDisposable {
  /** The directory of its Unix socket. */
  readonly socket: string
  readonly port: number
  readonly data: string
  /** The process that all others of it come from. */
  readonly postmaster: () => ChildProcess
  /** Makes a database and gives its name. */
  readonly createDatabase: (options?: { readonly template?: string }) => Promise<string>
  /** Deletes every row of a database: sooner done than to make another. */
  readonly emptyDatabase: (database: string) => Promise<void>
  /** Runs SQL as the superuser. */
  readonly run: (sql: string, database?: string) => Promise<readonly unknown[]>
  /** Ends it by a signal: SIGQUIT as `pg_ctl stop -m immediate`, SIGKILL as a crash. */
  readonly stop: (signal: NodeJS.Signals) => Promise<void>
  /** Starts it again, on the same port. */
  readonly start: () => Promise<void>
}

/** `nobody` and `nogroup`: PostgreSQL refuses to run as root. */
const UNPRIVILEGED_ID = 65_534
const IS_ROOT = process.getuid?.() === 0

/** Why there is no PostgreSQL here; null where there is one. */
export const MISSING_POSTGRES: string | null =
  findPostgres() === null
    ? 'no PostgreSQL on this machine: install it, or run `node tools/fetch-postgres.ts`'
    : null

/** Starts a cluster. What it writes is not synced to the disk, unless `isDurable`. */
export async function startCluster(
  options: { readonly security?: Security; readonly isDurable?: boolean } = {},
): Promise<Cluster> {
  const programs = findPostgres()
  if (programs === null) throw new Error(`${MISSING_POSTGRES}`)
  const directory = mkdtempSync(join(tmpdir(), 'credence-postgres-'))
  if (IS_ROOT) chownSync(directory, UNPRIVILEGED_ID, UNPRIVILEGED_ID)
  const data = join(directory, 'data')
  const form = ['--no-sync', '-A', 'trust', '-U', ADMINISTRATOR, '-E', 'UTF8', '--locale=C.UTF-8']
  const made = runProgram(join(programs, 'initdb'), ['-D', data, '--no-instructions', ...form])
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`)
  const { security, isDurable = false } = options
  if (security !== undefined) secure(data, security)
  const port = await findFreePort('127.0.0.1')
  const settings = [
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${directory}`,
    'shared_buffers=32MB',
    'max_connections=60',
    ...(isDurable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
    ...(security === undefined ? [] : ['ssl=on']),
    ...(security?.clientAuthority === undefined ? [] : ['ssl_ca_file=clients.crt']),
  ]
  const args = ['-D', data, '-p', String(port), ...settings.flatMap(each => ['-c', each])]
  let postmaster: ChildProcess

  async function start(): Promise<void> {
    postmaster = await startPostmaster(join(programs ?? '', 'postgres'), args)
  }
  async function stop(signal: NodeJS.Signals): Promise<void> {
    if (postmaster.exitCode !== null || postmaster.signalCode !== null) return
    const ended = once(postmaster, 'exit')
    postmaster.kill(signal)
    await ended
  }
  async function run(sql: string, database = 'postgres'): Promise<readonly unknown[]> {
    const client = new pg.Client({ host: directory, port, user: ADMINISTRATOR, database })
    await client.connect()
    try {
      const { rows } = await client.query(sql)
      return rows
    } finally {
      await client.end()
    }
  }
  let databases = 0
  await start()
  if (security !== undefined) {
    await run(`alter role ${ADMINISTRATOR} password '${security.password}'`)
  }
  return {
    socket: directory,
    port,
    data,
    postmaster: () => postmaster,
    async createDatabase({ template } = {}) {
      databases += 1
      const name = `store_${databases}`
      const copy = template === undefined ? '' : `template ${template} strategy file_copy`
      await run(`create database ${name} ${copy}`)
      return name
    },
    async emptyDatabase(database) {
      await run(DELETE_ALL, database)
    },
    run,
    stop,
    start,
    async [Symbol.asyncDispose]() {
      await stop('SIGQUIT')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Every table but that of the schema's version; the number of the newest change is 0 again. */
const DELETE_ALL = `
  set session_replication_role = replica;
  do $$ declare name text; begin
    for name in select tablename from pg_tables
      where schemaname = current_schema() and tablename not in ('credence_schema', 'change_counter')
    loop execute format('delete from %I', name); end loop;
    update change_counter set sequence = 0;
  end $$`

/** Over TCP with TLS and a password alone; over the socket as before. */
function secure(data: string, { certificate, clientAuthority }: Security): void {
  const method = clientAuthority === undefined ? '' : ' clientcert=verify-full'
  const rules = [
    'local all all trust',
    `hostssl all all 127.0.0.1/32 scram-sha-256${method}`,
    'host all all all reject',
  ]
  const files = {
    'pg_hba.conf': `${rules.join('\n')}\n`,
    'server.crt': certificate.cert,
    'server.key': certificate.key,
    ...(clientAuthority !== undefined && { 'clients.crt': clientAuthority }),
  }
  for (const [name, text] of Object.entries(files)) {
    const path = join(data, name)
    writeFileSync(path, text, { mode: 0o600 })
    if (IS_ROOT) chownSync(path, UNPRIVILEGED_ID, UNPRIVILEGED_ID)
  }
}

/** Ends with this process, however that ends. */
async function startPostmaster(program: string, args: readonly string[]): Promise<ChildProcess> {
  const [file, words] = asUnprivileged(program, args)
  const child = spawn(file, words, { stdio: ['ignore', 'ignore', 'pipe'], env: ENVIRONMENT })
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line)
    if (line.includes('database system is ready to accept connections')) {
      child.stderr.resume()
      return child
    }
  }
  throw new Error(`PostgreSQL does not start:\n${lines.join('\n')}`)
}

const ENVIRONMENT = { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', TZ: 'UTC' }

function runProgram(program: string, args: readonly string[]) {
  const [file, words] = asUnprivileged(program, args)
  return spawnSync(file, words, { encoding: 'utf8', env: ENVIRONMENT, timeout: 60_000 })
}

function asUnprivileged(program: string, args: readonly string[]): [string, readonly string[]] {
  const death = ['--pdeathsig', 'QUIT']
  if (!IS_ROOT) return ['setpriv', [...death, program, ...args]]
  const id = String(UNPRIVILEGED_ID)
  const groups = ['--clear-groups', '--regid', id, '--reuid', id]
  return ['setpriv', [...groups, ...death, program, ...args]]
}
