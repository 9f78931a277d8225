import { string } from '../../shapes/shape.ts'

/** The alias of an account (botocore: accountAliasType). */
export const accountAlias = string({
  minLength: 3,
  maxLength: 63,
  pattern: '^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$',
})
