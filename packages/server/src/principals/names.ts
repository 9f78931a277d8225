import { ServiceError } from '../errors.ts'

const NAME = /^[\w+=,.@-]{1,64}$/
const PATH = /^\/(?:[\u0021-\u007E]{1,510}\/)?$/

/** The name of a user, role or group (AWS IAM API Reference: CreateUser). @throws ServiceError `ValidationError` */
export function parsePrincipalName(text: string): string {
  if (NAME.test(text)) return text
  throw new ServiceError(
    'ValidationError',
    `${text} is not a name: 1 to 64 letters, digits and _+=,.@-`,
  )
}

/** A path: `/`, or text between slashes. @throws ServiceError `ValidationError` */
export function parsePrincipalPath(text: string): string {
  if (PATH.test(text)) return text
  throw new ServiceError('ValidationError', `${text} is not a path: it begins and ends with /`)
}
