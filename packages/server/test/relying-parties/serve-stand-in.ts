/**
 * Serves the stand-ins over HTTPS for clients in other languages, until it is killed:
 * `node serve-stand-in.ts ISSUER ACCOUNT CERTIFICATE-FILE KEY-FILE`. Prints its URL.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { createStandIn } from './stand-in.ts'

const [issuer = '', account = '', certificateFile = '', keyFile = ''] = process.argv.slice(2)
const server = createServer(
  { cert: readFileSync(certificateFile), key: readFileSync(keyFile) },
  createStandIn({ issuer, account }),
)
server.listen(0, 'localhost', () => {
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  process.stdout.write(`https://localhost:${address.port}\n`)
})
