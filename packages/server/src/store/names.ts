/**
 * The form under which names are compared: IAM keeps their case and tells them apart without it.
 * Names are ASCII, so lower case is enough.
 */
export function formatNameKey(name: string): string {
  return name.toLowerCase()
}
