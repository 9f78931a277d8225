import { Secret } from '../../packages/server/src/secrets/secret.ts'
import { signRequest } from '../../packages/server/src/wire/sigv4/sign.ts'
import type { LoadJob } from './load.ts'

/** Requests for tokens as they go over the wire, each for another audience, all of one length. */
export function presignRequests(job: Omit<LoadJob, 'maxMs' | 'connections'>): readonly Buffer[] {
  const { host } = new URL(job.endpoint)
  const credentials = {
    accessKeyId: job.accessKeyId,
    secretAccessKey: new Secret(job.secretAccessKey),
    sessionToken: null,
  }
  const context = { region: job.region, service: 'sts', nowMs: Date.now() }
  return Array.from({ length: job.requests }, (_, index) => {
    const audience = `https://${String(index).padStart(6, '0')}.example.com`
    const body = new URLSearchParams({
      Action: 'GetWebIdentityToken',
      Version: '2011-06-15',
      'Audience.member.1': audience,
      SigningAlgorithm: job.algorithm,
      DurationSeconds: '300',
    }).toString()
    const rawHeaders = signRequest(
      {
        method: 'POST',
        target: '/',
        rawHeaders: ['Host', host, 'Content-Type', 'application/x-www-form-urlencoded'],
        body: Buffer.from(body),
      },
      credentials,
      context,
    )
    let head = `POST / HTTP/1.1\r\nContent-Length: ${body.length}\r\n`
    for (let position = 0; position < rawHeaders.length; position += 2) {
      head += `${rawHeaders[position]}: ${rawHeaders[position + 1]}\r\n`
    }
    return Buffer.from(`${head}\r\n${body}`)
  })
}
