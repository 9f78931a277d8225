/**
 * Callers that wait for a provider of tokens, in a process of their own: takes a job as JSON on standard
 * input, connects, sends all its calls at once, pipelined over its connections, and prints how often
 * each answer came. Bounded in number and in time.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { findAnswerEnd } from '../load/answer-end.ts'

/** What to send. */
export interface WaitingJob {
  readonly port: number
  /** The issuer that the tokens name. */
  readonly issuer: string
  readonly roleArn: string
  readonly connections: number
  readonly calls: number
  readonly bodyBytes: number
  /** After this long nothing more is waited for. */
  readonly maxSeconds: number
}

/** What came of it. */
export interface WaitingResult {
  /** By error code, or by HTTP status for an answer without one. */
  readonly answers: Readonly<Record<string, number>>
  readonly unanswered: number
}

/** An unsigned token: good but for its signature, which is looked at only when there is a key. */
function formatToken(issuer: string): string {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: issuer,
    sub: 'stranger',
    aud: 'sts.amazonaws.com',
    iat: now,
    exp: now + 600,
  }
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  return `${encode({ alg: 'RS256', kid: 'any' })}.${encode(claims)}.${'A'.repeat(342)}`
}

function formatCall({ port, issuer, roleArn, bodyBytes }: WaitingJob): Buffer {
  const form = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: 'stranger',
    WebIdentityToken: formatToken(issuer),
  })
  const body = `${form}&Padding=`.padEnd(bodyBytes, 'x')
  const head = [
    'POST / HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${body.length}`,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}

async function flood(job: WaitingJob): Promise<WaitingResult> {
  const call = formatCall(job)
  const answers: Record<string, number> = {}
  const perConnection = Math.ceil(job.calls / job.connections)
  const isOver = new AbortController()
  const timer = setTimeout(() => isOver.abort(), job.maxSeconds * 1000)
  let unanswered = perConnection * job.connections

  const count = (answer: string) => {
    const code = /<Code>(\w+)<\/Code>/.exec(answer)?.[1] ?? `HTTP ${answer.slice(9, 12)}`
    answers[code] = (answers[code] ?? 0) + 1
    unanswered -= 1
  }

  await Promise.all(
    Array.from({ length: job.connections }, async () => {
      const socket = connect({ host: '127.0.0.1', port: job.port })
      const closed = new Promise<void>(resolve => socket.once('close', () => resolve()))
      isOver.signal.addEventListener('abort', () => socket.destroy())
      socket.on('error', () => {})
      await once(socket, 'connect')
      let received = ''
      let left = perConnection
      socket.setEncoding('latin1').on('data', chunk => {
        received += chunk
        for (let end = findAnswerEnd(received); end !== null; end = findAnswerEnd(received)) {
          count(received.slice(0, end))
          received = received.slice(end)
          left -= 1
        }
        if (left === 0) socket.destroy()
      })
      for (let sent = 0; sent < perConnection && !socket.destroyed; sent += 1) {
        if (!socket.write(call)) await Promise.race([once(socket, 'drain'), closed])
      }
      await closed
    }),
  )
  clearTimeout(timer)
  return { answers, unanswered }
}

console.log(JSON.stringify(await flood(JSON.parse(await text(process.stdin)))))
