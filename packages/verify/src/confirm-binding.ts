import { VerifyError } from './errors.ts'
import { formatCause } from './format-cause.ts'
import type { JsonObject } from './json.ts'
import type { VerifiedToken } from './verified-token.ts'

/**
 * Says whether the sender of a token holds the key that the token is bound to: by the certificate of
 * the connection for `x5t#S256` (RFC 8705), by a proof for `jkt` (RFC 9449). Only `true` says so.
 *
 * @param confirmation the claim `cnf` (RFC 7800)
 */
export type Confirm = (confirmation: JsonObject, token: VerifiedToken) => boolean | Promise<boolean>

/**
 * Refuses a token that is bound to a key unless its bearer is known to hold the key. If it were
 * accepted as a mere bearer token, a thief could use it.
 *
 * @throws VerifyError `binding_refused`, `verifier_failed` when the check itself fails
 */
export async function confirmBinding(
  confirmation: JsonObject,
  token: VerifiedToken,
  confirm: Confirm | undefined,
): Promise<void> {
  if (!confirm) {
    throw new VerifyError(
      'binding_refused',
      'cnf binds the token to a key; nothing checks that here',
    )
  }
  if (!(await ask(confirm, confirmation, token))) {
    throw new VerifyError('binding_refused', 'the bearer was not found to hold the key of cnf')
  }
}

async function ask(
  confirm: Confirm,
  confirmation: JsonObject,
  token: VerifiedToken,
): Promise<boolean> {
  try {
    return (await confirm(confirmation, token)) === true
  } catch (cause) {
    if (cause instanceof VerifyError) throw cause
    const message = `the check of cnf failed: ${formatCause(cause)}`
    throw new VerifyError('verifier_failed', message, { cause })
  }
}
