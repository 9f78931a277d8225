import { type Command, Option } from 'commander'
import { SIGNING_ALGORITHM_NAMES } from '../../principals/algorithms.ts'
import { SUBJECT_MODES } from '../../principals/subject-mode.ts'
import { CliError } from '../cli-error.ts'
import { CommandContext } from '../command-context.ts'
import { withExample } from '../help.ts'
import { collectPair } from '../pairs.ts'
import type { Terminal } from '../terminal.ts'
import { findCredentialSource, requireVariable } from '../token-credentials.ts'
import { keepTokenFiles, writeTokenFiles } from '../token-files.ts'
import {
  formatExecutableError,
  formatToken,
  TOKEN_FORMATS,
  type TokenFormat,
} from '../token-format.ts'
import { requestToken, type TokenRequest } from '../token-request.ts'

interface TokenOptions extends TokenRequest {
  readonly format?: TokenFormat
  readonly endpoint?: string
  readonly region?: string
  readonly out?: readonly string[]
  readonly watch?: boolean
  readonly readyFile?: string
}

/** `credence token` */
export function addTokenCommand(program: Command, terminal: Terminal): void {
  const token = program
    .command('token')
    .requiredOption('--audience <name>', 'who shall accept the token (repeatable)', collect)
    .addOption(
      new Option('--algorithm <name>', 'how it is signed')
        .choices(SIGNING_ALGORITHM_NAMES)
        .default('ES384', 'ES384'),
    )
    .option('--duration <seconds>', '60 to 3600; 300 unless given', parseSeconds)
    .option('--tag <key=value>', 'a request tag (repeatable)', collectPair('--tag'))
    .addOption(
      new Option(
        '--subject-mode <name>',
        'whom the token speaks for: the principal, or whom its session acts for',
      ).choices(SUBJECT_MODES),
    )
    .option('--scope <scopes>', 'with OriginIdentity: what it is for, spaces between')
    .addOption(
      new Option('--format <name>', 'what is printed or written; raw unless given').choices(
        TOKEN_FORMATS,
      ),
    )
    .option('--endpoint <url>', 'the STS endpoint; AWS_ENDPOINT_URL_STS unless given')
    .option('--region <name>', 'the region to sign for; AWS_REGION unless given')
    .option('--out <file>', 'write to a file, one for each --audience (repeatable)', collect)
    .option('--watch', 'keep the files fresh until SIGTERM; SIGHUP refreshes them now')
    .option('--ready-file <file>', 'with --watch: there while every token is fresh')
    .description('ask a server for a token, with the AWS credentials of the environment')
    .action(async (options: TokenOptions, command: Command) => {
      const { isJson } = new CommandContext(terminal, command)
      const format = options.format ?? (isJson && options.out === undefined ? 'json' : 'raw')
      if (options.out === undefined) await printToken(terminal, { ...options, format })
      else await handleFiles(terminal, { ...options, format, out: options.out, isJson })
    })
  withExample(
    token,
    '. .credence/dev.env && credence token --audience https://api.example.com --format decoded',
  )
}

type Prepared = TokenOptions & { readonly format: TokenFormat }

async function printToken(terminal: Terminal, options: Prepared): Promise<void> {
  if (options.watch || options.readyFile !== undefined) {
    throw new CliError('usage', '--watch and --ready-file are for files: name them with --out.')
  }
  const { format, audience } = options
  try {
    const { server, source } = findServer(terminal, options)
    const { credentials } = await source.load()
    const issued = await requestToken({ ...server, credentials }, options)
    terminal.print(`${formatToken(format, issued, { audience, env: terminal.env })}\n`)
  } catch (error) {
    if (format === 'gcp-executable') terminal.print(`${formatExecutableError(error)}\n`)
    throw error
  }
}

async function handleFiles(
  terminal: Terminal,
  options: Prepared & { readonly out: readonly string[]; readonly isJson: boolean },
): Promise<void> {
  const { audience, out, format, watch = false, readyFile, isJson } = options
  if (audience.length !== out.length) {
    throw new CliError(
      'usage',
      `Each --audience needs an --out: there are ${audience.length} and ${out.length}.`,
    )
  }
  if (format === 'decoded') throw new CliError('usage', 'A decoded token in a file is no token.')
  if (!watch && readyFile !== undefined) {
    throw new CliError('usage', '--ready-file is for --watch.')
  }
  const orders = audience.map((name, index) => ({
    path: out[index] ?? '',
    request: { ...options, audience: [name] },
  }))
  const work = { orders, format, isJson, ...findServer(terminal, options) }
  if (watch) await keepTokenFiles(terminal, { ...work, readyPath: readyFile ?? null })
  else await writeTokenFiles(terminal, work)
}

/** The server and the credentials that the environment describes. @throws CliError `usage` */
function findServer({ env, clock }: Terminal, options: Pick<TokenOptions, 'endpoint' | 'region'>) {
  const server = {
    endpoint: options.endpoint ?? requireVariable(env, 'AWS_ENDPOINT_URL_STS', 'AWS_ENDPOINT_URL'),
    region: options.region ?? requireVariable(env, 'AWS_REGION', 'AWS_DEFAULT_REGION'),
    nowMs: () => clock.nowMs(),
  }
  return { server, source: findCredentialSource(env, server) }
}

function collect(text: string, texts: readonly string[] = []): readonly string[] {
  return [...texts, text]
}

function parseSeconds(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new CliError('usage', '--duration takes whole seconds, 60 to 3600.')
}
