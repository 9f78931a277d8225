import type { Api } from '../operations/apis.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import type { Clock } from '../runtime/clock.ts'
import { type SigningCredentials, signRequest } from '../wire/sigv4/sign.ts'

/** A call that was refused: the code and the text of the wire. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused'
  readonly code: string
  readonly httpStatus: number

  constructor(code: string, message: string, httpStatus: number) {
    super(`${code}: ${message}`)
    this.code = code
    this.httpStatus = httpStatus
  }
}

/** The parameters of a call. */
export type Parameters = Readonly<Record<string, string>>

/** Calls an operation and returns the texts of the leaf elements of its answer, by name. */
export type CallApi = (
  credentials: SigningCredentials,
  api: Api,
  parameters: Parameters,
) => Promise<ReadonlyMap<string, string>>

/**
 * A client that hands signed requests to the pipeline, with no socket between: signature, policies
 * and audit are as for every call. Its calls reject with {@link CallRefused}.
 */
export function createInProcessClient(parts: {
  readonly pipeline: Pipeline
  readonly host: string
  readonly region: string
  readonly clock: Clock
}): CallApi {
  const { pipeline, host, region, clock } = parts
  return async (credentials, api, parameters) => {
    const unsigned = {
      method: 'POST',
      target: '/',
      rawHeaders: ['Host', host, 'Content-Type', 'application/x-www-form-urlencoded'],
      body: Buffer.from(new URLSearchParams({ Version: api.version, ...parameters }).toString()),
    }
    const context = { region, service: api.name, nowMs: clock.nowMs() }
    const rawHeaders = signRequest(unsigned, credentials, context)
    const request = {
      ...{ ...unsigned, rawHeaders, sourceIp: '127.0.0.1', secureTransport: false },
      // The body was made here and is small, so it need not be dropped.
      dropBody: () => {},
    }
    const { status, body } = await pipeline(request)
    const leaves = readLeaves(body)
    if (status === 200) return leaves
    throw new CallRefused(leaves.get('Code') ?? 'Unknown', leaves.get('Message') ?? '', status)
  }
}

/** Names of members in a list, as AWS Query numbers them: `Audience.member.1`. */
export function formatMembers(name: string, values: readonly string[]): Parameters {
  return Object.fromEntries(values.map((value, index) => [`${name}.member.${index + 1}`, value]))
}

/** Tags as a list of AWS Query. */
export function formatTags(name: string, tags: Readonly<Record<string, string>>): Parameters {
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value], index) => [
      [`${name}.member.${index + 1}.Key`, key],
      [`${name}.member.${index + 1}.Value`, value],
    ]),
  )
}

/** What is read here is flat, and has no escapes but in the texts of errors. */
function readLeaves(xml: string): ReadonlyMap<string, string> {
  const leaves = xml.matchAll(/<(\w+)>([^<]*)<\/\1>/g)
  return new Map([...leaves].map(([, name = '', text = '']) => [name, unescapeXml(text)]))
}

function unescapeXml(text: string): string {
  const characters = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (whole, name: string) =>
    Object.hasOwn(characters, name) ? characters[name as keyof typeof characters] : whole,
  )
}
