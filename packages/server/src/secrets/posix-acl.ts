/** Whom an entry of an access control list gives something, as Linux numbers them (acl(5)). */
export type AclTag = 'owner' | 'user' | 'owning-group' | 'group' | 'mask' | 'others'

/** One entry of an access control list. */
export interface AclEntry {
  readonly tag: AclTag
  /** The user or group; only of the tags `user` and `group`. */
  readonly id: number
  /** Permissions as in a mode: 4 reads, 2 writes, 1 executes. */
  readonly permissions: number
}

/** The extended attribute that Linux keeps the list in. */
export const ACL_ATTRIBUTE = 'system.posix_acl_access'

const VERSION = 2
const HEADER_BYTES = 4
const ENTRY_BYTES = 8

const TAGS: ReadonlyMap<number, AclTag> = new Map([
  [0x01, 'owner'],
  [0x02, 'user'],
  [0x04, 'owning-group'],
  [0x08, 'group'],
  [0x10, 'mask'],
  [0x20, 'others'],
])

/**
 * Reads a list as Linux hands it out: a version, then a tag, permissions and an id for each entry, the
 * lowest byte first (`linux/posix_acl_xattr.h`). Null when it is anything else.
 */
export function parsePosixAcl(bytes: Uint8Array): readonly AclEntry[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const isWhole = (bytes.length - HEADER_BYTES) % ENTRY_BYTES === 0
  if (!isWhole || view.getUint32(0, true) !== VERSION) return null
  const entries: AclEntry[] = []
  for (let at = HEADER_BYTES; at < bytes.length; at += ENTRY_BYTES) {
    const tag = TAGS.get(view.getUint16(at, true))
    if (tag === undefined) return null
    entries.push({
      tag,
      permissions: view.getUint16(at + 2, true),
      id: view.getUint32(at + 4, true),
    })
  }
  return entries
}
