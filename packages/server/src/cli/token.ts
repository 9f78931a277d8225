import { type Command, InvalidArgumentError, Option } from 'commander'
import { STS } from '../operations/apis.ts'
import type { Tag } from '../principals/tags.ts'
import { Secret } from '../secrets/secret.ts'
import { type ApiClient, callApi } from './call-api.ts'
import { CommandContext } from './command-context.ts'
import { decodeToken } from './decode-token.ts'
import { CliError } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'
import { collectTag } from './user.ts'

const FORMATS = ['raw', 'json', 'decoded', 'gcp-executable'] as const

interface TokenOptions {
  readonly audience: readonly string[]
  readonly algorithm: string
  readonly duration?: number
  readonly tag: readonly Tag[]
  readonly format: (typeof FORMATS)[number]
  readonly endpoint?: string
  readonly region?: string
}

/** `credence token` */
export function addTokenCommand(program: Command, terminal: Terminal): void {
  program
    .command('token')
    .requiredOption('--audience <name>', 'who shall accept the token (repeatable)', collect, [])
    .addOption(
      new Option('--algorithm <name>', 'how it is signed')
        .choices(['RS256', 'ES384'])
        .default('ES384'),
    )
    .option('--duration <seconds>', '60 to 3600; 300 unless given', parseSeconds)
    .option('--tag <key=value>', 'a request tag (repeatable)', collectTag, [])
    .addOption(new Option('--format <name>', 'what is printed').choices(FORMATS).default('raw'))
    .option('--endpoint <url>', 'the STS endpoint; AWS_ENDPOINT_URL_STS unless given')
    .option('--region <name>', 'the region to sign for; AWS_REGION unless given')
    .description('ask a server for a token, with the AWS credentials of the environment')
    .addHelpText(
      'after',
      '\nExample:\n  . .credence/dev.env && credence token --audience https://api.example.com --format decoded',
    )
    .action(async (options: TokenOptions, command: Command) => {
      const context = new CommandContext(terminal, command)
      if (options.audience.length === 0) throw new CliError('usage', 'Give --audience.')
      const answer = await requestToken(readClient(terminal, options), options)
      terminal.print(`${formatToken(context.isJson ? 'json' : options.format, answer, options)}\n`)
    })
}

interface IssuedToken {
  readonly token: string
  readonly expiration: string
}

/** Calls `GetWebIdentityToken`. @throws CliError */
export async function requestToken(
  client: ApiClient,
  request: Pick<TokenOptions, 'audience' | 'algorithm' | 'duration' | 'tag'>,
): Promise<IssuedToken> {
  const { audience, algorithm, duration, tag } = request
  const answer = await callApi(client, STS, [
    ['Action', 'GetWebIdentityToken'],
    ['SigningAlgorithm', algorithm],
    ...audience.map((name, index) => [`Audience.member.${index + 1}`, name] as const),
    ...(duration === undefined ? [] : [['DurationSeconds', String(duration)] as const]),
    ...tag.flatMap(({ key, value }, index) => [
      [`Tags.member.${index + 1}.Key`, key] as const,
      [`Tags.member.${index + 1}.Value`, value] as const,
    ]),
  ])
  const token = answer.get('WebIdentityToken')
  const expiration = answer.get('Expiration')
  if (token === undefined || expiration === undefined) {
    throw new CliError('failure', 'The answer of the server holds no token.')
  }
  return { token, expiration }
}

/** The client that the environment describes, as the AWS SDKs read it. @throws CliError `usage` */
export function readClient(
  terminal: Terminal,
  options: Pick<TokenOptions, 'endpoint' | 'region'>,
): ApiClient {
  const { env, clock } = terminal
  const need = (name: string): string => {
    const value = env[name]
    if (value) return value
    throw new CliError('usage', `${name} is not set. After \`credence dev\`: . .credence/dev.env`)
  }
  const sessionToken = env['AWS_SESSION_TOKEN']
  return {
    endpoint: options.endpoint ?? need('AWS_ENDPOINT_URL_STS'),
    region: options.region ?? need('AWS_REGION'),
    credentials: {
      accessKeyId: need('AWS_ACCESS_KEY_ID'),
      secretAccessKey: new Secret(need('AWS_SECRET_ACCESS_KEY')),
      sessionToken: sessionToken ? new Secret(sessionToken) : null,
    },
    nowMs: () => clock.nowMs(),
  }
}

function formatToken(
  format: TokenOptions['format'],
  { token, expiration }: IssuedToken,
  { audience }: TokenOptions,
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

function collect(text: string, texts: readonly string[]): readonly string[] {
  return [...texts, text]
}

function parseSeconds(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('expected whole seconds')
  return Number(text)
}
