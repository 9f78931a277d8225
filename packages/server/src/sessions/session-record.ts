import type { AccessKeyId, AccountId, UniqueId } from '../principals/identifiers.ts'
import { isAccessKeyId, isAccountId, isUniqueId } from '../principals/identifiers.ts'
import type { Session } from '../principals/session.ts'
import type { SessionPrincipal } from '../principals/session-principal.ts'
import { ByteFormatError, ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'

/** What a session token says about its session; the secret stands beside it. */
export interface SessionRecord {
  readonly session: Session
  readonly principal: SessionPrincipal
}

const SESSION_KINDS = ['assumed-role', 'federated-user', 'session-token'] as const
const PRINCIPAL_KINDS = ['role', 'user', 'root'] as const

/** Writes a record. The form belongs to the version in the token: another form, another version. */
export function formatSessionRecord({ session, principal }: SessionRecord): Buffer {
  const writer = new ByteWriter()
  const writeText = (text: string): void => writer.writeText(text)
  const writeOptionalText = (text: string | null): void =>
    writer.writeList(text === null ? [] : [text], writeText)

  writePrincipal(writer, principal)
  writer.writeInteger(SESSION_KINDS.indexOf(session.kind))
  writeOptionalText(session.name)
  writer.writeInteger(session.issuedAtMs)
  writer.writeInteger(session.expiresAtMs)
  writer.writeList(session.tags, ({ key, value }) => {
    writeText(key)
    writeText(value)
  })
  writer.writeList(session.transitiveTagKeys, writeText)
  writeOptionalText(session.sourceIdentity)
  writeOptionalText(session.federatedProvider)
  writer.writeInteger(session.isChained ? 1 : 0)
  writeOptionalText(session.inlinePolicy)
  writer.writeList(session.policyArns, writeText)
  writer.writeList([...session.computeContext], ([name, value]) => {
    writeText(name)
    writeText(value)
  })
  return writer.toBytes()
}

/** Reads what {@link formatSessionRecord} wrote, and nothing else. @throws ByteFormatError */
export function parseSessionRecord(bytes: Uint8Array): SessionRecord {
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
    isChained: reader.readChoice(2) === 1,
    inlinePolicy: readOptionalText(),
    policyArns: reader.readList(readText),
    computeContext: new Map(reader.readList(() => [readText(), readText()] as const)),
  }
  reader.expectEnd()
  return { session, principal }
}

function writePrincipal(writer: ByteWriter, principal: SessionPrincipal): void {
  writer.writeInteger(PRINCIPAL_KINDS.indexOf(principal.kind))
  writer.writeText(principal.accountId)
  if (principal.kind === 'role') writer.writeText(principal.roleId)
  if (principal.kind === 'user') writer.writeText(principal.userId)
  if (principal.kind !== 'role') writer.writeText(principal.parentAccessKeyId)
}

function readPrincipal(reader: ByteReader): SessionPrincipal {
  const kind = readKind(reader, PRINCIPAL_KINDS)
  const accountId = readChecked<AccountId>(reader, isAccountId)
  switch (kind) {
    case 'role':
      return { kind, accountId, roleId: readChecked<UniqueId>(reader, isUniqueId) }
    case 'user':
      return {
        kind,
        accountId,
        userId: readChecked<UniqueId>(reader, isUniqueId),
        parentAccessKeyId: readChecked<AccessKeyId>(reader, isAccessKeyId),
      }
    case 'root':
      return {
        kind,
        accountId,
        parentAccessKeyId: readChecked<AccessKeyId>(reader, isAccessKeyId),
      }
  }
}

function readChecked<Id extends string>(
  reader: ByteReader,
  isId: (text: string) => text is Id,
): Id {
  const text = reader.readText()
  if (!isId(text)) throw new ByteFormatError('an id does not have its form')
  return text
}

function readKind<Kind>(reader: ByteReader, kinds: readonly Kind[]): Kind {
  const kind = kinds[reader.readChoice(kinds.length)]
  if (kind === undefined) throw new ByteFormatError('there is no such kind')
  return kind
}
