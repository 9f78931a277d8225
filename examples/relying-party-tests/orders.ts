/** A service that lets deployers of one account in: what the tests beside it are about. */
import { createServer, type Server } from 'node:http'
import { createGuard, createTrust, createVerifier, type TrustedIssuer } from '@credence/verify'
import { guardNodeHttp } from '@credence/verify/node-http'

/** The name that callers ask for in `Audience`. */
export const AUDIENCE = 'https://orders.example.com'

/** Makes the service. What differs between production and a test is the issuer and the clock. */
export function createOrders(
  issuer: TrustedIssuer,
  nowMs: () => number = Date.now,
  log: (line: string) => void = console.error,
): Server {
  const guard = createGuard({
    verifier: createVerifier({ issuers: [issuer], audience: AUDIENCE, nowMs }),
    trust: createTrust([
      {
        name: 'deployers',
        when: { subjects: ['arn:aws:iam::123456789012:role/ci/*'] },
        grant: { mayOrder: true },
      },
    ]),
    onRefusal: ({ error }) => log(`${error.code}: ${error.message}`),
  })
  return createServer(
    guardNodeHttp(guard, (_request, response, { token }) => {
      response.end(`hello ${token.principal.name}`)
    }),
  )
}
