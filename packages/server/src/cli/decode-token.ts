import { CliError } from './cli-error.ts'

/**
 * Header and claims of a token that are not verified. They are for showing to people, never for
 * decisions.
 */
export interface DecodedToken {
  readonly header: unknown
  readonly claims: Readonly<Record<string, unknown>>
}

/** Takes a compact JWS apart (RFC 7515 §7.1). @throws CliError `unverified` when it is none */
export function decodeToken(token: string): DecodedToken {
  const [header, payload, signature, ...rest] = token.split('.')
  if (header && payload && signature && rest.length === 0) {
    try {
      const claims: unknown = parsePart(payload)
      if (isRecord(claims)) return { header: parsePart(header), claims }
    } catch {
      // Told below: what is no JSON is no token.
    }
  }
  throw new CliError('unverified', 'This is not a token: three parts in base64url were expected.')
}

function parsePart(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
