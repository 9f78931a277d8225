import { realpathSync, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { formatSystemError } from '../runtime/format-system-error.ts'
import { isUsableByOthers } from '../runtime/private-mode.ts'
import { findOpenAccess, type KeyDelivery, type KeyReader } from './key-file-access.ts'
import { readPosixAcl } from './read-posix-acl.ts'

/** More than any password; a file that is longer holds something else. */
const MAX_SECRET_BYTES = 4_096

/**
 * Reads a short secret from a file that nobody may read but root, the user of this process and its
 * groups.
 *
 * @param credentials the directory that systemd has delivered credentials in; null for none
 * @returns the text, or what is wrong with the file, in words that follow the key that names it
 */
export async function readSecretFile(
  path: string,
  credentials: string | null,
): Promise<string | { readonly fault: string }> {
  try {
    await using file = await open(path, 'r')
    const status = await file.stat()
    if (!status.isFile()) return { fault: `names ${path}, which is not a regular file` }
    const fault = await findAccessFault(path, file, status, credentials)
    if (fault !== null) return { fault: `names ${path}, which ${fault}` }
    if (status.size > MAX_SECRET_BYTES) return { fault: `names ${path}, which is too long` }
    return await file.readFile('utf8')
  } catch (error) {
    return { fault: `names ${path}, which cannot be read: ${formatSystemError(error)}` }
  }
}

/**
 * Who may read a file with a secret and should not, in words that follow its name; null for nobody.
 *
 * @param file the open file: a check by name could see another one than the read
 */
export async function findAccessFault(
  path: string,
  file: FileHandle,
  { mode, uid: ownerId, gid: groupId }: Stats,
  credentials: string | null,
): Promise<string | null> {
  const acl = isUsableByOthers(mode) ? await readPosixAcl(file.fd) : 'none'
  const delivery = findDelivery(path, credentials)
  return findOpenAccess({ path, mode, ownerId, groupId, acl, delivery }, findReader())
}

/** The kubelet puts the files of a Secret behind links to a directory whose name begins with two dots. */
function findDelivery(path: string, credentials: string | null): KeyDelivery {
  const realPath = realpathSync(path)
  if (/\/\.\.[^/]+\/[^/]+$/.test(realPath)) return 'kubernetes'
  const isCredential = credentials !== null && dirname(realPath) === realpathSync(credentials)
  return isCredential ? 'systemd' : 'file'
}

/** Where there are no users like these, nobody but the owner may have any right. */
function findReader(): KeyReader {
  const userId = process.geteuid?.() ?? 0
  const groupId = process.getegid?.()
  const others = process.getgroups?.() ?? []
  return { userId, groupIds: groupId === undefined ? others : [groupId, ...others] }
}
