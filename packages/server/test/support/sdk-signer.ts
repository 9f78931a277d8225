import { STSClient } from '@aws-sdk/client-sts'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Sign } from './calls.ts'

const { sha256 } = new STSClient({ region: 'us-east-1' }).config

/** The signer of the AWS SDK for JavaScript, for requests whose query has no repeats. */
export const signWithSdk: Sign = async (request, credentials, { region, service, nowMs }) => {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const signer = new SignatureV4({
    sha256,
    region,
    service,
    credentials: {
      accessKeyId,
      secretAccessKey: secretAccessKey.reveal(),
      ...(sessionToken !== null && { sessionToken: sessionToken.reveal() }),
    },
  })
  const [path = '', query = ''] = request.target.split('?')
  const names = request.rawHeaders.filter((_text, index) => index % 2 === 0)
  const values = request.rawHeaders.filter((_text, index) => index % 2 === 1)
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path,
      query: Object.fromEntries(new URLSearchParams(query)),
      headers: Object.fromEntries(names.map((name, index) => [name, values[index] ?? ''])),
      body: request.body,
    },
    { signingDate: new Date(nowMs) },
  )
  return { ...request, rawHeaders: Object.entries(signed.headers).flat() }
}
