import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'

/** As many as PostgreSQL takes by itself. */
const ITERATIONS = 4096

/**
 * What PostgreSQL stores of a password (RFC 5803, SCRAM-SHA-256). Given instead of the password, it
 * keeps that out of the server's log and statistics.
 *
 * @param password ASCII, so that it needs no preparation (RFC 4013)
 * @param salt 16 random bytes
 */
export function formatScramVerifier(password: string, salt: Uint8Array): string {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256')
  const sign = (text: string) => createHmac('sha256', salted).update(text).digest()
  const storedKey = createHash('sha256').update(sign('Client Key')).digest('base64')
  const serverKey = sign('Server Key').toString('base64')
  const saltText = Buffer.from(salt).toString('base64')
  return `SCRAM-SHA-256$${ITERATIONS}:${saltText}$${storedKey}:${serverKey}`
}
