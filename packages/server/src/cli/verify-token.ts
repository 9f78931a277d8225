import { createVerifier, type VerifiedToken, VerifyError } from '@credence/verify'
import { PARTITIONS } from '../principals/arn.ts'
import { CliError } from './cli-error.ts'
import type { ExitReason } from './exit-codes.ts'

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
      issuers: [{ issuer, accounts: null, allowInsecureHttp: isLoopbackIssuer(issuer) }],
      audience,
      allowMultipleAudiences: true,
      partitions: PARTITIONS,
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

/** The causes of an error that say more than the error itself, e.g. that a connection was refused. */
function listCauses(cause: unknown): readonly string[] {
  if (!(cause instanceof Error)) return []
  return [cause.message, ...listCauses(cause.cause)]
}

/**
 * Plain http is safe within this machine. Beyond it, anybody on the network path can replace the keys.
 */
export function isLoopbackIssuer(issuer: string): boolean {
  const host = URL.parse(issuer)?.hostname ?? ''
  return /^(?:.+\.)?localhost$/.test(host) || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
}
