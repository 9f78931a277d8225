import { constants } from 'node:os'
import { ACL_ATTRIBUTE, type AclEntry, parsePosixAcl } from './posix-acl.ts'

/** More than Linux hands out for an attribute of an ordinary file system would be no list. */
const MAX_BYTES = 65_536

/** What the C library of this process answers about a list. */
interface AclCalls {
  /** The length of the attribute; -1 when there is none. */
  readonly read: (descriptor: number, name: string, bytes: Uint8Array, size: number) => number
  readonly errno: () => number
}

/**
 * The access control list of an open file; `none` when its mode says everything, and null when nobody
 * can tell. Node.js has no way to ask, so the C library is asked by koffi, an optional dependency. It is
 * loaded only for files that more than their owner may use.
 */
export async function readPosixAcl(
  descriptor: number,
  load: () => Promise<AclCalls> = loadAclCalls,
): Promise<readonly AclEntry[] | 'none' | null> {
  // Only Linux has these lists. On other systems no list can be seen, so there may be one.
  if (process.platform !== 'linux') return null
  let calls: AclCalls
  try {
    calls = await load()
  } catch {
    return null
  }
  const bytes = new Uint8Array(MAX_BYTES)
  const length = calls.read(descriptor, ACL_ATTRIBUTE, bytes, bytes.length)
  if (length >= 0) return parsePosixAcl(bytes.subarray(0, length))
  const code = calls.errno()
  const { ENODATA, EOPNOTSUPP } = constants.errno
  return code === ENODATA || code === EOPNOTSUPP ? 'none' : null
}

async function loadAclCalls(): Promise<AclCalls> {
  const { default: koffi } = await import('koffi')
  // Null stands for this process, which has a C library of whatever name.
  const library = koffi.load(null)
  const read = library.func('fgetxattr', 'long', ['int', 'str', 'void *', 'size_t'])
  return { read: (...args) => Number(read(...args)), errno: () => koffi.errno() }
}
