import type { Session } from '../principals/session.ts'
import { ByteFormatError, ByteReader } from './byte-reader.ts'
import { readKind, readPrincipal, SESSION_KINDS } from './session-principal-bytes.ts'
import type { SessionRecord } from './session-record.ts'

/**
 * Reads a record as releases before the fields wrote it: one value after the other, all of them
 * always there. Nothing writes it any more, but sessions last for up to 36 hours.
 * @throws ByteFormatError
 */
export function parsePositionalRecord(bytes: Uint8Array): SessionRecord {
  const reader = new ByteReader(bytes)
  const readText = (): string => reader.readText()
  const readOptionalText = (): string | null => {
    const texts = reader.readList(readText)
    if (texts.length > 1) throw new ByteFormatError('an optional text is there twice')
    return texts[0] ?? null
  }

  const principal = readPrincipal(reader)
  const session: Session = {
    kind: readKind(reader, SESSION_KINDS),
    name: readOptionalText(),
    issuedAtMs: reader.readInteger(),
    expiresAtMs: reader.readInteger(),
    tags: reader.readList(() => ({ key: readText(), value: readText() })),
    transitiveTagKeys: reader.readList(readText),
    sourceIdentity: readOptionalText(),
    federatedProvider: readOptionalText(),
    // What the token said was not kept.
    webIdentity: null,
    isChained: reader.readChoice(2) === 1,
    inlinePolicy: readOptionalText(),
    policyArns: reader.readList(readText),
    computeContext: new Map(reader.readList(() => [readText(), readText()] as const)),
    // Neither existed when records had this form.
    scopeDownPolicies: [],
    identityContext: null,
  }
  reader.expectEnd()
  return { session, principal }
}
