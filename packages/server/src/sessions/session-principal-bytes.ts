import type { AccessKeyId, AccountId, UniqueId } from '../principals/identifiers.ts'
import { isAccessKeyId, isAccountId, isUniqueId } from '../principals/identifiers.ts'
import type { SessionPrincipal } from '../principals/session-principal.ts'
import { ByteFormatError, type ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'

/** The kinds of session in the order of their numbers in a record, which never changes. */
export const SESSION_KINDS = ['assumed-role', 'federated-user', 'session-token'] as const
const PRINCIPAL_KINDS = ['role', 'user', 'root'] as const

/** Writes whose session it is: the kind, the account, the ids. */
export function writePrincipal(writer: ByteWriter, principal: SessionPrincipal): void {
  writer.writeInteger(PRINCIPAL_KINDS.indexOf(principal.kind))
  writer.writeText(principal.accountId)
  if (principal.kind === 'role') writer.writeText(principal.roleId)
  if (principal.kind === 'user') writer.writeText(principal.userId)
  if (principal.kind !== 'role') writer.writeText(principal.parentAccessKeyId)
}

/** Reads what {@link writePrincipal} wrote. @throws ByteFormatError */
export function readPrincipal(reader: ByteReader): SessionPrincipal {
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

/** One of a table of kinds, by its position. @throws ByteFormatError */
export function readKind<Kind>(reader: ByteReader, kinds: readonly Kind[]): Kind {
  const kind = kinds[reader.readChoice(kinds.length)]
  if (kind === undefined) throw new ByteFormatError('there is no such kind')
  return kind
}
