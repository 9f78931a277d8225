import { formatFetchError } from '../doctor/format-fetch-error.ts'
import type { Api } from '../operations/apis.ts'
import { type SigningCredentials, signRequest } from '../wire/sigv4/sign.ts'
import { CliError } from './cli-error.ts'
import { decodeXml } from './decode-xml.ts'

const TIMEOUT_MS = 30_000

/** The name of this client in the audit. */
const USER_AGENT = 'credence-cli'

/** The server that the command line calls, and the credentials that it uses. */
export interface ApiClient {
  /** URL of the endpoint, e.g. `http://127.0.0.1:4747`. */
  readonly endpoint: string
  readonly region: string
  readonly credentials: SigningCredentials
  readonly nowMs: () => number
  /** Aborts a call that is no longer wanted. */
  readonly signal?: AbortSignal
}

/**
 * Calls an operation over SigV4 and returns the texts of the answer's leaf elements by name.
 * @throws CliError `usage`, `unreachable`, or `refused` with the code and text of the wire
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
  ]).toString()
  const headers = signHeaders(client, api, url, body)
  let answer: Response
  let text: string
  try {
    answer = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.any([
        AbortSignal.timeout(TIMEOUT_MS),
        ...(client.signal ? [client.signal] : []),
      ]),
    })
    text = await answer.text()
  } catch (cause) {
    const message = `${client.endpoint} cannot be reached: ${formatFetchError(cause)}.`
    throw new CliError('unreachable', message, { cause })
  }
  const elements = readLeaves(text)
  if (answer.ok) return elements
  throw createRefusal(client.endpoint, answer.status, elements)
}

function signHeaders(client: ApiClient, api: Api, url: URL, body: string): Headers {
  const rawHeaders = signRequest(
    {
      method: 'POST',
      target: url.pathname,
      rawHeaders: ['Host', url.host, 'Content-Type', 'application/x-www-form-urlencoded'],
      body: Buffer.from(body),
    },
    client.credentials,
    { region: client.region, service: api.name, nowMs: client.nowMs() },
  )
  const headers = new Headers({ 'User-Agent': USER_AGENT })
  // `fetch` sends the host by itself and ignores one that is given.
  for (let position = 2; position < rawHeaders.length; position += 2) {
    headers.set(rawHeaders[position] ?? '', rawHeaders[position + 1] ?? '')
  }
  return headers
}

/** The request id is in the text because it finds the call in the audit. */
function createRefusal(
  endpoint: string,
  status: number,
  elements: ReadonlyMap<string, string>,
): CliError {
  const code = elements.get('Code')
  if (code === undefined) {
    const message = `${endpoint} answered HTTP ${status} and no error of AWS's. Is it an STS endpoint?`
    return new CliError('refused', message, { details: { httpStatus: status } })
  }
  const requestId = elements.get('RequestId') ?? null
  const message = `${code}: ${elements.get('Message') ?? 'no message'} (request ${requestId})`
  return new CliError('refused', message, { details: { httpStatus: status, code, requestId } })
}

function parseEndpoint(endpoint: string): URL {
  const url = URL.parse(endpoint)
  if (url !== null && /^https?:$/.test(url.protocol) && url.search === '') return url
  throw new CliError('usage', `${endpoint} is not the URL of an endpoint.`)
}

/** The answers that this program reads are flat: each element of interest holds text and occurs once. */
function readLeaves(xml: string): ReadonlyMap<string, string> {
  const leaves = xml.matchAll(/<(\w+)>([^<]*)<\/\1>/g)
  return new Map([...leaves].map(([, name = '', text = '']) => [name, decodeXml(text)]))
}
