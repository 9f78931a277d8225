import type { Command } from 'commander'
import { CliError } from '../cli-error.ts'
import { CommandContext } from '../command-context.ts'
import { decodeToken } from '../decode-token.ts'
import type { ExitReason } from '../exit-codes.ts'
import { withExample } from '../help.ts'
import type { Terminal } from '../terminal.ts'
import { isLoopbackIssuer, verifyToken } from '../verify-token.ts'

interface VerifyOptions {
  readonly issuer?: string
  readonly audience?: string
}

/** `credence verify` */
export function addVerifyCommand(program: Command, terminal: Terminal): void {
  const verify = program
    .command('verify')
    .argument('<token>', 'the token, or - for standard input')
    .option('--issuer <url>', 'the issuer that must have signed it; CREDENCE_ISSUER unless given')
    .option('--audience <name>', 'must be among the audiences; any when not given')
    .description('verify a token as a stranger would: discovery, keys, signature, claims')
    .action(async (given: string, options: VerifyOptions, command: Command) => {
      const context = new CommandContext(terminal, command)
      const token = (given === '-' ? await terminal.readInput() : given).trim()
      const trusted = options.issuer ?? terminal.env['CREDENCE_ISSUER']
      const issuer = trusted ?? findNamedIssuer(token)
      requireSafeIssuer(issuer, trusted === undefined ? 'unverified' : 'usage')
      const { algorithm, keyId, claims } = await verifyToken(token, {
        issuer,
        audience: options.audience ?? null,
        nowMs: () => terminal.clock.nowMs(),
      })
      const notChecked = [
        ...(trusted === undefined ? ['whether you trust the issuer (--issuer)'] : []),
        ...(options.audience === undefined ? ['whom the token is for (--audience)'] : []),
      ]
      const remark = notChecked.length === 0 ? '' : `\nNot checked: ${notChecked.join(', ')}.`
      context.report({
        json: { verified: true, issuerGiven: trusted !== undefined, algorithm, keyId, claims },
        text: `The token is genuine: ${algorithm}, key ${keyId}, issuer ${issuer}.${remark}\n${JSON.stringify(claims, null, 2)}`,
      })
    })
  withExample(
    verify,
    'credence token --audience https://api.example.com | credence verify - --audience https://api.example.com',
  )
}

/**
 * The issuer that the token itself names. The result shows what the token says. It does not show that
 * anybody should trust that issuer.
 */
function findNamedIssuer(token: string): string {
  const { iss } = decodeToken(token).claims
  if (typeof iss === 'string') return iss
  throw new CliError('unverified', 'The token names no issuer.')
}

function requireSafeIssuer(issuer: string, reason: ExitReason): void {
  const protocol = URL.parse(issuer)?.protocol
  if (protocol === 'https:' || (protocol === 'http:' && isLoopbackIssuer(issuer))) return
  throw new CliError(
    reason,
    protocol === 'http:'
      ? `The issuer ${issuer} is plain http beyond this machine: whoever sits on the way could replace its keys. Nothing can be verified with it.`
      : `The issuer ${issuer} is not an https URL.`,
  )
}
