/** Runs the example; see README.md. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createService } from './service.ts'

const required = (name: string): string => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set`)
  return value
}

const listener = await createService({
  issuers: [
    {
      issuer: required('ISSUER'),
      accounts: [required('ACCOUNT')],
      allowInsecureHttp: process.env['ALLOW_INSECURE_HTTP'] === 'true',
    },
  ],
  audience: required('AUDIENCE'),
  rules: JSON.parse(readFileSync(new URL('./rules.json', import.meta.url), 'utf8')),
  log: message => console.error(message),
})
// A token of AWS can be longer than the 16 KiB of headers that Node reads.
const server = createServer({ maxHeaderSize: 32_768 }, listener)
server.listen(Number(process.env['PORT'] ?? 8080), '127.0.0.1', () => {
  console.log(`listening on ${JSON.stringify(server.address())}`)
})
