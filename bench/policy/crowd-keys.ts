import {
  type AccessKeyId,
  isAccessKeyId,
} from '../../packages/server/src/principals/identifiers.ts'

/** The access key of a user of a crowd, by the number of the user. */
export function formatKeyId(user: number): AccessKeyId {
  const id = `AKIA${String(user).padStart(16, '0')}`
  if (!isAccessKeyId(id)) throw new TypeError(`${id} is no access key id`)
  return id
}

/** Its secret: 40 characters as AWS's are, good for nothing but measuring. */
export function formatSecret(user: number): string {
  return `crowd/${String(user).padStart(34, '0')}`
}
