import { Secret } from '../../packages/server/src/secrets/secret.ts'
import { type SigningCredentials, signRequest } from '../../packages/server/src/wire/sigv4/sign.ts'
import { formatKeyId, formatSecret } from '../policy/crowd-keys.ts'
import type { Callers, Credentials, LoadJob, Question } from './load-job.ts'

/** What the answer to a question holds when it is good; the first group is the token, if there is one. */
export function findAnswerPattern({ kind }: Question): RegExp {
  switch (kind) {
    case 'token':
      return /<WebIdentityToken>([^<]+)</
    case 'client-credentials':
      return /"access_token": ?"([^"]+)"/
    case 'sts':
      return /^HTTP\/1\.. 200 /
  }
}

/** The requests of a job as they go over the wire, signed now where they carry a signature. */
export function createRequests(job: LoadJob): readonly Buffer[] {
  return Array.from({ length: job.requests }, (_, index) => createRequest(job, index))
}

function createRequest(job: LoadJob, index: number): Buffer {
  const { question } = job
  switch (question.kind) {
    case 'token':
      return formatSigned(job, question, index, formatTokenParameters(question, index))
    case 'sts':
      return formatSigned(job, question, index, question.parameters)
    case 'client-credentials':
      return formatClientCredentials(job, question)
  }
}

/** The signed call of one asker. */
function formatSigned(
  { endpoint }: LoadJob,
  { region, callers }: { readonly region: string; readonly callers: Callers },
  index: number,
  parameters: Readonly<Record<string, string>>,
): Buffer {
  const body = new URLSearchParams({ ...parameters, Version: '2011-06-15' }).toString()
  const rawHeaders = signRequest(
    {
      method: 'POST',
      target: '/',
      rawHeaders: [
        'Host',
        new URL(endpoint).host,
        'Content-Type',
        'application/x-www-form-urlencoded',
      ],
      body: Buffer.from(body),
    },
    findCredentials(callers, index),
    { region, service: 'sts', nowMs: Date.now() },
  )
  const lines = rawHeaders.flatMap((name, position) =>
    position % 2 === 0 ? [`${name}: ${rawHeaders[position + 1]}`] : [],
  )
  return formatPost('/', lines, body)
}

/** Each request is for another audience; all have one length. */
function formatTokenParameters(
  { algorithm, tags }: Extract<Question, { readonly kind: 'token' }>,
  index: number,
): Readonly<Record<string, string>> {
  const pairs = Array.from({ length: tags }, (_, tag) => [
    [`Tags.member.${tag + 1}.Key`, `key-${String(tag).padStart(2, '0')}`],
    [`Tags.member.${tag + 1}.Value`, `value-of-the-tag-${String(tag).padStart(2, '0')}`],
  ])
  return {
    Action: 'GetWebIdentityToken',
    'Audience.member.1': `https://${String(index).padStart(6, '0')}.example.com`,
    SigningAlgorithm: algorithm,
    DurationSeconds: '300',
    ...Object.fromEntries(pairs.flat()),
  }
}

function findCredentials(callers: Callers, index: number): SigningCredentials {
  if (callers.kind === 'one') return toSigningCredentials(callers.credentials)
  const { size, askers, first } = callers
  const stride = Math.max(1, Math.floor(size / askers))
  const user = ((first + (index % askers)) * stride) % size
  return toSigningCredentials({
    accessKeyId: formatKeyId(user),
    secretAccessKey: formatSecret(user),
  })
}

function toSigningCredentials({ accessKeyId, secretAccessKey }: Credentials): SigningCredentials {
  return { accessKeyId, secretAccessKey: new Secret(secretAccessKey), sessionToken: null }
}

function formatClientCredentials(
  { endpoint }: LoadJob,
  question: Extract<Question, { readonly kind: 'client-credentials' }>,
): Buffer {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    ...question.parameters,
  }).toString()
  const basic = Buffer.from(`${question.clientId}:${question.clientSecret}`).toString('base64')
  const lines = [
    `Host: ${new URL(endpoint).host}`,
    'Content-Type: application/x-www-form-urlencoded',
    `Authorization: Basic ${basic}`,
  ]
  return formatPost(question.path, lines, body)
}

function formatPost(target: string, headerLines: readonly string[], body: string): Buffer {
  const lines = [
    `POST ${target} HTTP/1.1`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headerLines,
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`)
}
