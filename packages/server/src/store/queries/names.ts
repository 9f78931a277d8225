/**
 * The form under which names are compared. IAM keeps the case of names, but compares them without
 * regard to it. Names are ASCII, so lower case is enough.
 */
export function formatNameKey(name: string): string {
  return name.toLowerCase()
}
