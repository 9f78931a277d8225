import { createVerifier, type VerifiedToken, VerifyError } from '@credence/verify'
import type { Command } from 'commander'
import { CliError } from './cli-error.ts'
import { CommandContext } from './command-context.ts'
import { decodeToken } from './decode-token.ts'
import type { ExitReason } from './exit-codes.ts'
import { withExample } from './help.ts'
import type { Terminal } from './terminal.ts'

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
 * Verifies with the issuer's published keys.
 * @throws CliError `unverified` with the reason, `unreachable` when the keys can't be had, `usage`
 */
export async function verifyToken(
  token: string,
  trust: {
    readonly issuer: string
    readonly audience: string | null
    readonly nowMs: () => number
  },
): Promise<VerifiedToken> {
  const { issuer, audience, nowMs } = trust
  try {
    const verifier = createVerifier({
      issuers: [{ issuer, accounts: null, allowInsecureHttp: isLoopback(issuer) }],
      audience,
      allowMultipleAudiences: true,
      partitions: ['aws', 'aws-cn', 'aws-us-gov'],
      principalTypes: ['role', 'user', 'root'],
      nowMs,
    })
    return await verifier.verify(token)
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error
    throw createRefusal(error)
  }
}

function createRefusal(error: VerifyError): CliError {
  const reasons: Readonly<Record<VerifyError['kind'], ExitReason>> = {
    token: 'unverified',
    request: 'unverified',
    trust: 'unverified',
    unavailable: 'unreachable',
    usage: 'usage',
  }
  const causes = listCauses(error.cause)
  const because = causes.length === 0 ? '' : `: ${causes.join(': ')}`
  return new CliError(
    reasons[error.kind],
    `The token did not verify: ${error.message}${because} (${error.code})`,
    { cause: error, details: { code: error.code } },
  )
}

/** The causes below an error that say more than it, e.g. that a connection was refused. */
function listCauses(cause: unknown): readonly string[] {
  if (!(cause instanceof Error)) return []
  return [cause.message, ...listCauses(cause.cause)]
}

/** Whom the token itself names: shows what it says, not that anybody should trust that issuer. */
function findNamedIssuer(token: string): string {
  const { iss } = decodeToken(token).claims
  if (typeof iss === 'string') return iss
  throw new CliError('unverified', 'The token names no issuer.')
}

function requireSafeIssuer(issuer: string, reason: ExitReason): void {
  const protocol = URL.parse(issuer)?.protocol
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(issuer))) return
  throw new CliError(
    reason,
    protocol === 'http:'
      ? `The issuer ${issuer} is plain http beyond this machine: whoever sits on the way could replace its keys. Nothing can be verified with it.`
      : `The issuer ${issuer} is not an https URL.`,
  )
}

/** Plain http is safe to this machine itself; elsewhere whoever sits on the way chooses the keys. */
function isLoopback(issuer: string): boolean {
  const host = URL.parse(issuer)?.hostname ?? ''
  return /^(?:.+\.)?localhost$/.test(host) || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
}
