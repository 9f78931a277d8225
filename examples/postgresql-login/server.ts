/** Runs the example; see docs/relying-parties/postgresql.md. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createService } from './service.ts'

const required = (name: string): string => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set`)
  return value
}

/** By `psql`, whose PGHOST, PGUSER, PGPASSFILE … say how to reach the database. */
async function runSql(sql: string): Promise<void> {
  const psql = spawn('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', '-'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  psql.stdin.end(sql)
  const [exitCode] = await once(psql, 'close')
  if (exitCode !== 0) throw new Error(`psql ended with exit code ${exitCode}`)
}

const listener = createService({
  issuers: [
    {
      issuer: required('ISSUER'),
      accounts: [required('ACCOUNT')],
      allowInsecureHttp: process.env['ALLOW_INSECURE_HTTP'] === 'true',
    },
  ],
  audience: required('AUDIENCE'),
  rules: JSON.parse(readFileSync(new URL('./rules.json', import.meta.url), 'utf8')),
  databaseUrl: required('DATABASE_URL'),
  runSql,
  log: message => console.error(message),
})
const server = createServer({ maxHeaderSize: 32_768 }, listener)
server.listen(Number(process.env['PORT'] ?? 8080), '127.0.0.1', () => {
  console.log(`listening on ${JSON.stringify(server.address())}`)
})
