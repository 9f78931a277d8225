import { createHash, createHmac } from 'node:crypto'
import type { Sign } from '../support/calls.ts'

/**
 * Signs `:authority` in the place of `host`, with the value that it is given; what is sent has the
 * request's own headers. Written from aws-wire §7.1 alone, so that it can sign what our own signer
 * would not.
 */
export function signAuthority(authority: string): Sign {
  return ({ method, target, rawHeaders, body }, credentials, { region, service, nowMs }) => {
    const timestamp = new Date(nowMs).toISOString().replace(/[:-]|\.\d+/g, '')
    const names = ':authority;x-amz-date'
    const canonicalRequest = [
      ...[method, target, '', `:authority:${authority}`, `x-amz-date:${timestamp}`, ''],
      ...[names, sha256(body)],
    ].join('\n')
    const scope = [timestamp.slice(0, 8), region, service, 'aws4_request']
    const text = ['AWS4-HMAC-SHA256', timestamp, scope.join('/'), sha256(canonicalRequest)]
    const key = scope.reduce<string | Buffer>(
      (secret, part) => hmac(secret, part),
      `AWS4${credentials.secretAccessKey.reveal()}`,
    )
    const signature = hmac(key, text.join('\n')).toString('hex')
    const credential = `${credentials.accessKeyId}/${scope.join('/')}`
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`
    return {
      ...{ method, target, body },
      rawHeaders: [...rawHeaders, 'X-Amz-Date', timestamp, 'Authorization', authorization],
    }
  }
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
