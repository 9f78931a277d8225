import { type Command, Option } from 'commander'
import { STS } from '../operations/apis.ts'
import { Secret } from '../secrets/secret.ts'
import { type ApiClient, callApi } from './call-api.ts'
import { CliError } from './cli-error.ts'
import { CommandContext } from './command-context.ts'
import { decodeToken } from './decode-token.ts'
import { withExample } from './help.ts'
import { collectPair, type Pair } from './pairs.ts'
import type { Terminal } from './terminal.ts'

const FORMATS = ['raw', 'json', 'decoded', 'gcp-executable'] as const

type Format = (typeof FORMATS)[number]

/** What is asked of `GetWebIdentityToken`. */
interface TokenRequest {
  readonly audience: readonly string[]
  readonly algorithm: string
  readonly duration?: number
  readonly tag?: readonly Pair[]
}

interface TokenOptions extends TokenRequest {
  readonly format?: Format
  readonly endpoint?: string
  readonly region?: string
}

/** `credence token` */
export function addTokenCommand(program: Command, terminal: Terminal): void {
  const token = program
    .command('token')
    .requiredOption('--audience <name>', 'who shall accept the token (repeatable)', collect)
    .addOption(
      new Option('--algorithm <name>', 'how it is signed')
        .choices(['RS256', 'ES384'])
        .default('ES384', 'ES384'),
    )
    .option('--duration <seconds>', '60 to 3600; 300 unless given', parseSeconds)
    .option('--tag <key=value>', 'a request tag (repeatable)', collectPair('--tag'))
    .addOption(new Option('--format <name>', 'what is printed; raw unless given').choices(FORMATS))
    .option('--endpoint <url>', 'the STS endpoint; AWS_ENDPOINT_URL_STS unless given')
    .option('--region <name>', 'the region to sign for; AWS_REGION unless given')
    .description('ask a server for a token, with the AWS credentials of the environment')
    .action(async (options: TokenOptions, command: Command) => {
      const { isJson } = new CommandContext(terminal, command)
      const format = options.format ?? (isJson ? 'json' : 'raw')
      const answer = await requestToken(readClient(terminal, options), options).catch(
        (error: unknown) => {
          if (format === 'gcp-executable') terminal.print(`${formatExecutableError(error)}\n`)
          throw error
        },
      )
      terminal.print(`${formatToken(format, answer, options)}\n`)
    })
  withExample(
    token,
    '. .credence/dev.env && credence token --audience https://api.example.com --format decoded',
  )
}

interface IssuedToken {
  readonly token: string
  readonly expiration: string
}

/** Calls `GetWebIdentityToken`. @throws CliError */
export async function requestToken(client: ApiClient, request: TokenRequest): Promise<IssuedToken> {
  const { audience, algorithm, duration, tag = [] } = request
  const answer = await callApi(client, STS, [
    ['Action', 'GetWebIdentityToken'],
    ['SigningAlgorithm', algorithm],
    ...audience.map((name, index) => [`Audience.member.${index + 1}`, name] as const),
    ...(duration === undefined ? [] : [['DurationSeconds', String(duration)] as const]),
    ...tag.flatMap(([key, value], index) => [
      [`Tags.member.${index + 1}.Key`, key] as const,
      [`Tags.member.${index + 1}.Value`, value] as const,
    ]),
  ])
  const token = answer.get('WebIdentityToken')
  const expiration = answer.get('Expiration')
  if (token === undefined || expiration === undefined) {
    const message = `${client.endpoint} answered without a token. Is it an STS endpoint?`
    throw new CliError('refused', message)
  }
  return { token, expiration }
}

/** The client that the environment describes, as the AWS SDKs read it. @throws CliError `usage` */
function readClient(
  { env, clock }: Terminal,
  options: Pick<TokenOptions, 'endpoint' | 'region'>,
): ApiClient {
  const need = (...names: readonly [string, ...string[]]): string => {
    const value = names.map(name => env[name]).find(Boolean)
    if (value !== undefined) return value
    throw new CliError(
      'usage',
      `${names[0]} is not set. The settings of \`credence dev\` are in .credence/dev.env: . .credence/dev.env`,
    )
  }
  const sessionToken = env['AWS_SESSION_TOKEN']
  return {
    endpoint: options.endpoint ?? need('AWS_ENDPOINT_URL_STS', 'AWS_ENDPOINT_URL'),
    region: options.region ?? need('AWS_REGION', 'AWS_DEFAULT_REGION'),
    credentials: {
      accessKeyId: need('AWS_ACCESS_KEY_ID'),
      secretAccessKey: new Secret(need('AWS_SECRET_ACCESS_KEY')),
      sessionToken: sessionToken ? new Secret(sessionToken) : null,
    },
    nowMs: () => clock.nowMs(),
  }
}

function formatToken(
  format: Format,
  { token, expiration }: IssuedToken,
  { audience }: TokenRequest,
): string {
  switch (format) {
    case 'raw':
      return token
    case 'json':
      return JSON.stringify({ token, expiration, audience })
    case 'decoded':
      return JSON.stringify(decodeToken(token), null, 2)
    case 'gcp-executable':
      // Google Cloud: executable-sourced credentials, the answer of a successful OIDC executable.
      return JSON.stringify({
        version: 1,
        success: true,
        token_type: 'urn:ietf:params:oauth:token-type:id_token',
        id_token: token,
        expiration_time: Math.floor(Date.parse(expiration) / 1000),
      })
  }
}

/** The same answer for a failure: Google's libraries show `code` and `message` to their users. */
function formatExecutableError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof CliError ? (error.details['code'] ?? error.reason) : 'failure'
  return JSON.stringify({ version: 1, success: false, code, message })
}

function collect(text: string, texts: readonly string[] = []): readonly string[] {
  return [...texts, text]
}

function parseSeconds(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new CliError('usage', '--duration takes whole seconds, 60 to 3600.')
}
