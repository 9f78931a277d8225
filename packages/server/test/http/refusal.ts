import { expect } from 'vitest'
import type { ErrorCode } from '../../src/errors.ts'
import type { UnsignedRequest } from '../../src/wire/sigv4/sign.ts'
import {
  buildRequest,
  type CallOptions,
  type CallResponse,
  REGION,
  type Sign,
  send,
  signInHeader,
} from '../support/calls.ts'
import type { CallerName, World } from '../support/worlds/http.ts'
import { findText, readXml } from '../support/xml.ts'

/** A call and the refusal that it must meet. */
export interface RefusalRow {
  readonly what: string
  /** `admin` */
  readonly caller?: CallerName
  readonly call: CallOptions
  /** How the row must be signed; with every signer when it does not say. */
  readonly sign?: Sign
  /** Changes the request after it was signed. */
  readonly tamper?: (request: UnsignedRequest) => UnsignedRequest
  readonly refusal: readonly [status: number, code: ErrorCode, message: string]
}

/** Sends the row's call as its caller would. */
export async function provoke(
  { server, callers }: World,
  { caller = 'admin', call, tamper = request => request }: RefusalRow,
  sign: Sign = signInHeader,
): Promise<CallResponse> {
  const { service = 'sts', region = REGION, signedAtMs: nowMs = server.clock.nowMs() } = call
  const request = buildRequest(server.port, call)
  const signed = await sign(request, callers[caller], { service, region, nowMs })
  return send(server.port, tamper(signed))
}

const NAMESPACES = {
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  framework: 'http://webservices.amazon.com/AWSFault/2005-15-09',
} as const

/** The longest message and a little around it: what a body brings never comes back whole. */
const MAX_ANSWER_LENGTH = 300_000

/** The code and the text of a refusal; the answer must be whole, bounded and the client's fault. */
export function readRefusal(
  answer: CallResponse,
): readonly [code: string | null, message: string | null] {
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.status).toBeLessThan(500)
  expect(answer.body.length).toBeLessThan(MAX_ANSWER_LENGTH)
  const document = readXml(answer.body)
  return [findText(document, 'Error', 'Code'), findText(document, 'Error', 'Message')]
}

/** The answer must be the row's, byte for byte, under the request id of its header. */
export function expectRefusal(answer: CallResponse, { call, refusal }: RefusalRow): void {
  const [status, code, message] = refusal
  const { service = 'sts' } = call
  const namespace = NAMESPACES[code === 'InvalidAction' ? 'framework' : service]
  const fault = status < 500 ? 'Sender' : 'Receiver'
  expect(answer.body).toBe(
    `<ErrorResponse xmlns="${namespace}">
  <Error>
    <Type>${fault}</Type>
    <Code>${code}</Code>
${message === '' ? '' : `    <Message>${escapeText(message)}</Message>\n`}  </Error>
  <RequestId>${answer.headers['x-amzn-requestid']}</RequestId>
</ErrorResponse>
`,
  )
  expect(answer.status).toBe(status)
  expect(answer.headers).toMatchObject({ 'content-type': 'text/xml' })
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
