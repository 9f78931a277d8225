/**
 * A flood in a process of its own, bounded in number: reads a job as JSON from standard input, asks for
 * tokens over all its connections as fast as they are answered, prints what the answers were as JSON.
 */
import { text } from 'node:stream/consumers'
import { connectRaw, type RawClient } from '../../src/http/test/raw-client.ts'
import { Secret } from '../../src/secrets/secret.ts'
import { signRequest } from '../../src/wire/sigv4/sign.ts'

/** What to send. */
export interface FloodJob {
  readonly port: number
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly connections: number
  readonly requests: number
}

/** What came of it. */
export interface FloodResult {
  readonly granted: number
  readonly throttled: number
  /** Answers of any other kind, the first few. */
  readonly others: readonly string[]
}

const FORM = Buffer.from(
  'Action=GetWebIdentityToken&Version=2011-06-15&Audience.member.1=https%3A%2F%2Fapi.example.com&SigningAlgorithm=RS256',
)

function signCall({ port, credentials }: FloodJob): Buffer {
  const request = {
    method: 'POST',
    target: '/',
    rawHeaders: [
      ...['Host', `127.0.0.1:${port}`],
      ...['Content-Type', 'application/x-www-form-urlencoded', 'Content-Length', `${FORM.length}`],
    ],
    body: FORM,
  }
  const context = { region: 'eu-central-1', service: 'sts', nowMs: Date.now() } as const
  const headers = signRequest(
    request,
    {
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: new Secret(credentials.secretAccessKey),
      sessionToken: null,
    },
    context,
  )
  const lines = ['POST / HTTP/1.1']
  for (let index = 0; index < headers.length; index += 2) {
    lines.push(`${headers[index]}: ${headers[index + 1]}`)
  }
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), FORM])
}

const THROTTLED =
  /^<ErrorResponse xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/">\n {2}<Error>\n {4}<Type>Sender<\/Type>\n {4}<Code>Throttling<\/Code>\n {4}<Message>Rate exceeded<\/Message>\n {2}<\/Error>\n {2}<RequestId>([0-9a-f-]{36})<\/RequestId>\n<\/ErrorResponse>\n$/

async function flood(job: FloodJob): Promise<FloodResult> {
  const call = signCall(job)
  const others: string[] = []
  let granted = 0
  let throttled = 0
  let left = job.requests
  async function ask(client: RawClient): Promise<void> {
    client.send(call)
    const answer = await client.readAnswer()
    const [, requestId] = THROTTLED.exec(answer?.body ?? '') ?? []
    if (answer?.status === 200 && answer.body.includes('<WebIdentityToken>')) granted += 1
    else if (answer?.status === 400 && requestId === answer.headers['x-amzn-requestid']) {
      throttled += 1
    } else if (others.length < 10) others.push(JSON.stringify(answer))
  }
  await Promise.all(
    Array.from({ length: job.connections }, async () => {
      const client = await connectRaw(job.port)
      while (left > 0) {
        left -= 1
        await ask(client)
      }
      client.socket.destroy()
    }),
  )
  return { granted, throttled, others }
}

console.log(JSON.stringify(await flood(JSON.parse(await text(process.stdin)))))
