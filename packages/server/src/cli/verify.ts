import { createVerifier, type VerifiedToken, VerifyError } from '@credence/verify'
import type { Command } from 'commander'
import { CommandContext } from './command-context.ts'
import { decodeToken } from './decode-token.ts'
import { CliError } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

/** `credence verify` */
export function addVerifyCommand(program: Command, terminal: Terminal): void {
  program
    .command('verify')
    .argument('<token>', 'the token, or - for standard input')
    .option('--issuer <url>', 'the issuer that must have signed it; CREDENCE_ISSUER unless given')
    .option('--audience <name>', 'must be among the audiences; any when not given')
    .description('verify a token as a stranger would: discovery, keys, signature, claims')
    .addHelpText(
      'after',
      '\nExample:\n  credence token --audience https://api.example.com | credence verify - --audience https://api.example.com',
    )
    .action(
      async (
        token: string,
        options: { readonly issuer?: string; readonly audience?: string },
        command: Command,
      ) => {
        const context = new CommandContext(terminal, command)
        const text = (token === '-' ? terminal.readFile('-') : token).trim()
        const issuer = options.issuer ?? terminal.env['CREDENCE_ISSUER'] ?? namedIssuer(text)
        const verified = await verifyToken(text, {
          issuer,
          audience: options.audience ?? null,
          nowMs: () => terminal.clock.nowMs(),
        })
        const { algorithm, keyId, claims } = verified
        context.report({
          json: { verified: true, algorithm, keyId, claims },
          text: `The token is genuine: ${algorithm}, key ${keyId}.\n${JSON.stringify(claims, null, 2)}`,
        })
      },
    )
}

/**
 * Verifies with the issuer's published keys. @throws CliError `unverified` with the reason
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
    throw new CliError('unverified', `The token did not verify: ${error.message} (${error.code})`, {
      cause: error,
    })
  }
}

/** Whom the token itself names: shows what it says, not that anybody should trust that issuer. */
function namedIssuer(token: string): string {
  const { iss } = decodeToken(token).claims
  if (typeof iss === 'string') return iss
  throw new CliError('unverified', 'The token names no issuer.')
}

function isLoopback(issuer: string): boolean {
  const host = URL.parse(issuer)?.hostname ?? ''
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
}
