import { close, read, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { RandomSource } from '../runtime/random.ts'
import { createWholeFile } from '../runtime/whole-file.ts'
import { createMasterKey, MASTER_KEY_BYTES, type MasterKey, MasterKeyError } from './master-key.ts'
import { findAccessFault } from './secret-file.ts'

const readBytes = promisify(read)
const closeDescriptor = promisify(close)

/**
 * Loads a master key from a file of 32 raw bytes that nobody may read but root, the user of this
 * process and its groups: a file of mode 0600 or 0400, or one as Kubernetes and systemd deliver it.
 *
 * @param credentials the directory that systemd has delivered credentials in; null for none
 * @throws MasterKeyError when the file is missing, unreadable, readable by others, or of another length
 */
export async function loadMasterKeyFile(
  path: string,
  credentials: string | null = null,
): Promise<MasterKey> {
  await using file = await openKeyFile(path)
  // The mode is read from the open file: a check by name could see another file than the read.
  const status = await file.stat()
  if (!status.isFile()) throw new MasterKeyError(`master key ${path} is not a regular file`)
  await requireClosed(path, file, status, credentials)
  return createMasterKey(await readKeyBytes(file.fd), `file ${path}`)
}

/**
 * Loads a master key of 32 raw bytes from an inherited file descriptor, to its end, and closes it.
 * @throws MasterKeyError when it can't be read or has another length
 */
export async function loadMasterKeyDescriptor(descriptor: number): Promise<MasterKey> {
  const source = `file descriptor ${descriptor}`
  let bytes: Uint8Array
  try {
    bytes = await readKeyBytes(descriptor)
    await closeDescriptor(descriptor)
  } catch (error) {
    throw new MasterKeyError(
      `cannot read the master key from ${source}: ${formatErrorCode(error)}`,
      {
        cause: error,
      },
    )
  }
  return createMasterKey(bytes, source)
}

/**
 * Makes a master key file with mode 0600, on the disk when this returns; a program that is killed
 * meanwhile leaves a whole key or none. Never overwrites: a lost master key makes every sealed value
 * unreadable.
 * @throws MasterKeyError when the file exists or can't be written
 */
export function createMasterKeyFile(path: string, random: RandomSource): MasterKey {
  const bytes = random.bytes(MASTER_KEY_BYTES)
  try {
    createWholeFile(path, bytes, random)
  } catch (error) {
    bytes.fill(0)
    const code = formatErrorCode(error)
    const reason =
      code === 'EEXIST' ? 'it exists already, and a master key is never overwritten' : code
    throw new MasterKeyError(`cannot create master key file ${path}: ${reason}`, { cause: error })
  }
  return createMasterKey(bytes, `file ${path}`)
}

/** @throws MasterKeyError when others may read the file */
async function requireClosed(
  path: string,
  file: FileHandle,
  status: Stats,
  credentials: string | null,
): Promise<void> {
  const fault = await findAccessFault(path, file, status, credentials)
  if (fault !== null) throw new MasterKeyError(`master key file ${path} ${fault}`)
}

async function openKeyFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (error) {
    const code = formatErrorCode(error)
    const reason = code === 'ENOENT' ? 'it does not exist' : code
    throw new MasterKeyError(`cannot read master key file ${path}: ${reason}`, { cause: error })
  }
}

/** Reads to the end, but one byte more than a key at most: enough to see that it is too long. */
async function readKeyBytes(descriptor: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(MASTER_KEY_BYTES + 1)
  let length = 0
  for (;;) {
    // Where there is no room left, none are read.
    const { bytesRead } = await readBytes(descriptor, buffer, length, buffer.length - length, null)
    if (bytesRead === 0) return buffer.subarray(0, length)
    length += bytesRead
  }
}

/** The system's code for a failure, such as `EACCES`; the text of an error without one. */
function formatErrorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
