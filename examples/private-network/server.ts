/** Runs the example; see README.md. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createGuard, createTrust, createVerifier } from '@credence/verify'
import { guardNodeHttp } from '@credence/verify/node-http'
import { createFetch } from './create-fetch.ts'

const { ISSUER, ACCOUNT, AUDIENCE, PROXY, CA_FILE, PORT = '8080' } = process.env
if (!ISSUER || !ACCOUNT || !AUDIENCE) throw new Error('ISSUER, ACCOUNT or AUDIENCE is not set')

const network = {
  ...(PROXY && { proxy: PROXY }),
  ...(CA_FILE && { ca: readFileSync(CA_FILE, 'utf8') }),
}
const verifier = createVerifier({
  issuers: [{ issuer: ISSUER, accounts: [ACCOUNT] }],
  audience: AUDIENCE,
  // Without one, what Node itself was told applies: NODE_USE_ENV_PROXY, NODE_EXTRA_CA_CERTS.
  ...(Object.keys(network).length > 0 && { fetch: createFetch(network) }),
})
// A wrong proxy or a certificate that nobody trusts shows at start, with its reason.
await verifier.loadKeys()

const guard = createGuard({
  verifier,
  trust: createTrust([{ name: 'the account', when: { accounts: [ACCOUNT] }, grant: null }]),
  onRefusal: ({ error }) => console.error(`refused: ${error.code}: ${error.message}`),
})
const listener = guardNodeHttp(guard, (_request, response, { token }) => {
  response.end(token.principal.arn)
})
// A token of AWS can be longer than the 16 KiB of headers that Node reads.
const server = createServer({ maxHeaderSize: 32_768 }, listener)
server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`listening on ${JSON.stringify(server.address())}`)
})
