import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { IAMClient } from '@aws-sdk/client-iam'
import { GetWebIdentityTokenCommand, STSClient } from '@aws-sdk/client-sts'
import type { Installation } from './installation.ts'

/** Unmodified AWS clients of an installation, with connections of their own and no retries. */
export interface SdkClients extends Disposable {
  readonly sts: STSClient
  readonly iam: IAMClient
  /** Asks for a token; resolves to it and the id of the request. */
  readonly issue: (
    algorithm?: 'RS256' | 'ES384',
  ) => Promise<{ readonly token: string; readonly requestId: string }>
}

/** Makes clients; `certificate` is the only authority that they trust. */
export function createSdkClients(
  { endpoint, credentials }: Pick<Installation, 'endpoint' | 'credentials'>,
  options: { readonly certificate?: string; readonly connections?: number } = {},
): SdkClients {
  const { certificate, connections = 1 } = options
  const shared = { keepAlive: true, maxSockets: connections }
  const config = {
    endpoint,
    region: 'eu-central-1',
    credentials,
    maxAttempts: 1,
    requestHandler: {
      httpAgent: new HttpAgent(shared),
      httpsAgent: new HttpsAgent(
        certificate === undefined ? shared : { ...shared, ca: certificate },
      ),
    },
  }
  const sts = new STSClient(config)
  const iam = new IAMClient(config)
  return {
    sts,
    iam,
    issue: async (algorithm = 'ES384') => {
      const answer = await sts.send(
        new GetWebIdentityTokenCommand({
          Audience: ['https://api.example.com'],
          SigningAlgorithm: algorithm,
        }),
      )
      return {
        token: answer.WebIdentityToken ?? '',
        requestId: answer.$metadata.requestId ?? '',
      }
    },
    [Symbol.dispose]: () => {
      sts.destroy()
      iam.destroy()
    },
  }
}
