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
])

/** Why the operating system refused, in words that follow a colon; its own words when we have none. */
export function describeSystemError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return ('code' in error ? REASONS.get(error.code) : undefined) ?? error.message
}
