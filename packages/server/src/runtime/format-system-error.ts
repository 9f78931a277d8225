const REASONS: ReadonlyMap<unknown, string> = new Map([
  ['EACCES', 'this user is not permitted to'],
  ['EPERM', 'this user is not permitted to'],
  ['ENOENT', 'it does not exist'],
  ['EEXIST', 'something else has its name'],
  ['ENOTDIR', 'a part of its path is not a directory'],
  ['EISDIR', 'it is a directory'],
  ['EROFS', 'its file system is read-only'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EIO', 'the disk reported an input/output error'],
])

/** Failures of a disk, which the program has not caused. */
const DISK_CODES: ReadonlySet<unknown> = new Set(['EROFS', 'ENOSPC', 'EDQUOT', 'EIO'])

/** Why the operating system refused, in words that follow a colon; its own words when we have none. */
export function formatSystemError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return ('code' in error ? REASONS.get(error.code) : undefined) ?? error.message
}

/** Whether the operating system refused because of a disk, whatever the program wanted there. */
export function isDiskError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && DISK_CODES.has(error.code)
}

/** Why the disk refused, with the path when it is known. */
export function formatDiskError(error: Error): string {
  const reason = formatSystemError(error)
  return 'path' in error ? `${error.path}: ${reason}` : reason
}
