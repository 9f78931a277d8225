const USABLE_BY_OTHERS = 0o077

/** Whether others than its owner may do anything with a file of this mode. */
export function isUsableByOthers(mode: number): boolean {
  return (mode & USABLE_BY_OTHERS) !== 0
}

/** The permissions of a mode as `chmod` takes them: four octal digits. */
export function formatMode(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0')
}
