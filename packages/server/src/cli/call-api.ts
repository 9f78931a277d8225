import type { Api } from '../operations/operation.ts'
import { type SigningCredentials, signRequest } from '../wire/sigv4/sign.ts'
import { decodeXml } from './decode-xml.ts'
import { CliError } from './exit-codes.ts'

/** Where and as whom the command line calls a server. */
export interface ApiClient {
  /** URL of the endpoint, e.g. `http://127.0.0.1:4747`. */
  readonly endpoint: string
  readonly region: string
  readonly credentials: SigningCredentials
  readonly nowMs: () => number
}

/**
 * Calls an operation over SigV4 and returns the texts of the answer's leaf elements by name.
 * @throws CliError `unreachable`, or `refused` with the code and text of the wire
 */
export async function callApi(
  client: ApiClient,
  api: Api,
  parameters: readonly (readonly [name: string, value: string])[],
): Promise<ReadonlyMap<string, string>> {
  const url = parseEndpoint(client.endpoint)
  const body = new URLSearchParams([
    ['Version', api.version],
    ...parameters.map(([n, v]) => [n, v]),
  ])
  const rawHeaders = signRequest(
    {
      method: 'POST',
      target: url.pathname,
      rawHeaders: ['Host', url.host, 'Content-Type', 'application/x-www-form-urlencoded'],
      body: Buffer.from(body.toString()),
    },
    client.credentials,
    { region: client.region, service: api.name, nowMs: client.nowMs() },
  )
  const headers = new Headers()
  for (let position = 2; position < rawHeaders.length; position += 2) {
    headers.set(rawHeaders[position] ?? '', rawHeaders[position + 1] ?? '')
  }
  let answer: Response
  try {
    answer = await fetch(url, {
      method: 'POST',
      headers,
      body: body.toString(),
      redirect: 'manual',
    })
  } catch (cause) {
    throw new CliError('unreachable', `${client.endpoint} cannot be reached: ${reasonOf(cause)}`, {
      cause,
    })
  }
  const elements = readLeaves(await answer.text())
  if (answer.ok) return elements
  const code = elements.get('Code') ?? `HTTP ${answer.status}`
  throw new CliError('refused', `${code}: ${elements.get('Message') ?? 'no message'}`)
}

function parseEndpoint(endpoint: string): URL {
  const url = URL.parse(endpoint)
  if (url !== null && /^https?:$/.test(url.protocol) && url.search === '') return url
  throw new CliError('usage', `${endpoint} is not the URL of an endpoint`)
}

/** fetch wraps the reason that helps: `connect ECONNREFUSED 127.0.0.1:4747`. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause instanceof Error ? cause.cause.message : cause.message
}

/** The answers that this program reads are flat: each element of interest holds text and occurs once. */
function readLeaves(xml: string): ReadonlyMap<string, string> {
  const leaves = xml.matchAll(/<(\w+)>([^<]*)<\/\1>/g)
  return new Map([...leaves].map(([, name = '', text = '']) => [name, decodeXml(text)]))
}
