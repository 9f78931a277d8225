import {
  GetCallerIdentityCommand,
  GetWebIdentityTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts'

/**
 * What a workload does: it makes a client that finds its credentials by itself, wherever they are,
 * and asks for a token. Prints who it is, and the token, as JSON.
 */
const sts = new STSClient({})
const { Arn } = await sts.send(new GetCallerIdentityCommand())
const { WebIdentityToken } = await sts.send(
  new GetWebIdentityTokenCommand({
    Audience: ['https://api.example.com'],
    SigningAlgorithm: 'ES384',
    DurationSeconds: 300,
  }),
)
process.stdout.write(JSON.stringify({ arn: Arn, token: WebIdentityToken }))
