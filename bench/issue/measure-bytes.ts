import type { Installation } from '../../packages/server/test/system/installation.ts'
import { ALGORITHMS } from '../limits/bare-sign.ts'
import { askAdministrator } from '../load/ask-administrator.ts'
import { connectKeepAlive } from '../load/keep-alive-connection.ts'
import { createRequests, findAnswerPattern } from '../load/requests.ts'
import type { WireBytes } from '../report/results.ts'

/** Sizes of one call for a token of each algorithm, of its audit event, and of the documents. */
export async function measureBytes(
  installation: Installation,
): Promise<Readonly<Record<string, WireBytes>>> {
  const { endpoint, credentials, issuer } = installation
  const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).text()
  const jwks = await (await fetch(JSON.parse(discovery).jwks_uri)).text()
  const { hostname, port } = new URL(endpoint)
  const connection = await connectKeepAlive(hostname, Number(port))
  const sizes: Record<string, WireBytes> = {}
  for (const algorithm of ALGORITHMS) {
    const question = askAdministrator(credentials, algorithm)
    const job = { endpoint, question, requests: 1, isRepeated: false, connections: 1, maxMs: 0 }
    const [request = Buffer.alloc(0)] = createRequests(job)
    const answer = await connection.exchange(request)
    const token = findAnswerPattern(question).exec(answer)?.[1]
    if (token === undefined) throw new Error(`no token: ${answer}`)
    sizes[algorithm] = {
      request: request.length,
      answer: answer.length,
      token: token.length,
      audit: Buffer.byteLength(installation.readAuditLines().at(-1) ?? '') + 1,
      jwks: Buffer.byteLength(jwks),
      discovery: Buffer.byteLength(discovery),
    }
  }
  connection.close()
  return sizes
}
