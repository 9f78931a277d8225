import { VerifyError } from './errors.ts'
import { formatUnknownName } from './nearest-name.ts'

/** The names of all members of a type: one that was forgotten does not compile. */
export type Names<T> = Readonly<Record<keyof T, true>>

/**
 * Refuses a member that is not known: otherwise a misspelt option would leave its default in force, and
 * nobody would notice.
 *
 * @param known an object with every name
 * @param prefix what messages put before a name, `keyCache.` for instance
 * @throws VerifyError `options_invalid` naming it and what was probably meant
 */
export function refuseUnknown(options: object, known: object, prefix = ''): void {
  const name = Object.keys(options).find(each => !Object.hasOwn(known, each))
  if (name === undefined) return
  const names = Object.keys(known).map(each => `${prefix}${each}`)
  throw new VerifyError('options_invalid', formatUnknownName('option', `${prefix}${name}`, names))
}
