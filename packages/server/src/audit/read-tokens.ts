import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

/** A token that was issued, as far as it is on record. */
export interface RecordedToken {
  /** The `kid` of the key that has signed it. */
  readonly keyId: string
  readonly issuedAt: string
  readonly accountId: string | null
  /** `jti` */
  readonly tokenId: string | null
  /** ARN of the user or role that it is of. */
  readonly principal: string | null
  readonly audiences: readonly string[]
  readonly expiration: string | null
}

/**
 * The tokens in an audit file, the oldest first. Lines that are no events of issued tokens are passed
 * over, and so is one that is not finished yet. Rejects when the file can't be read.
 *
 * @param path one file; what rotation has moved away is in files of its own
 */
export async function* readTokens(path: string): AsyncGenerator<RecordedToken> {
  const input = createReadStream(path, 'utf8')
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    // Most lines are others, and to read one as JSON takes far longer.
    const token = line.includes('"keyId"') ? readToken(line) : null
    if (token !== null) yield token
  }
}

function readToken(line: string): RecordedToken | null {
  const event = parse(line)
  const keyId = event?.additionalEventData?.keyId
  if (event === null || event.errorCode !== undefined || typeof keyId !== 'string') return null
  const { userIdentity, responseElements, requestParameters } = event
  return {
    keyId,
    issuedAt: event.eventTime ?? '',
    accountId: event.recipientAccountId ?? null,
    tokenId: responseElements?.webIdentityTokenId ?? null,
    principal: userIdentity?.sessionContext?.sessionIssuer?.arn ?? userIdentity?.arn ?? null,
    audiences: requestParameters?.audience ?? [],
    expiration: responseElements?.expiration ?? null,
  }
}

/** The members of a line that Credence has written; other writers may write anything. */
interface TokenEvent {
  readonly eventTime?: string
  readonly errorCode?: string
  readonly recipientAccountId?: string | null
  readonly userIdentity?: {
    readonly arn?: string
    readonly sessionContext?: { readonly sessionIssuer?: { readonly arn?: string } }
  }
  readonly requestParameters?: { readonly audience?: readonly string[] }
  readonly responseElements?: {
    readonly webIdentityTokenId?: string
    readonly expiration?: string
  }
  readonly additionalEventData?: { readonly keyId?: unknown }
}

function parse(line: string): TokenEvent | null {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
