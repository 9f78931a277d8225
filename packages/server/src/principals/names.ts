import { ServiceError } from '../errors.ts'

const NAME = /^[\w+=,.@-]+$/
const PATH = /^\/(?:[\u0021-\u007E]{1,510}\/)?$/
const MAX_PATH_CHARACTERS = 512
const POLICY_PATH = /^(?:(?:\/[A-Za-z0-9.,+@=_-]+)*)\/$/

/**
 * The kinds of entity that have names, and how long such a name may be (botocore: IAM service model).
 */
export const MAX_NAME_CHARACTERS = {
  user: 64,
  group: 128,
  role: 64,
  'instance profile': 128,
  /** Managed, or inside a user, group or role. */
  policy: 128,
} as const

/** A kind of {@link MAX_NAME_CHARACTERS}. */
export type NamedKind = keyof typeof MAX_NAME_CHARACTERS

/** The name of a user, group, role or policy. @throws ServiceError `ValidationError` */
export function parseName(kind: NamedKind, text: string): string {
  const max = MAX_NAME_CHARACTERS[kind]
  if (text.length <= max && NAME.test(text)) return text
  throw new ServiceError(
    'ValidationError',
    `${text} is not a name of a ${kind}: 1 to ${max} letters, digits and _+=,.@-`,
  )
}

/** The path of a user, group or role: `/`, or text between slashes. @throws ServiceError `ValidationError` */
export function parsePath(text: string): string {
  if (PATH.test(text)) return text
  throw new ServiceError('ValidationError', `${text} is not a path: it begins and ends with /`)
}

/** The path of a managed policy, which takes fewer characters. @throws ServiceError `ValidationError` */
export function parsePolicyPath(text: string): string {
  if (text.length <= MAX_PATH_CHARACTERS && POLICY_PATH.test(text)) return text
  throw new ServiceError(
    'ValidationError',
    `${text} is not a path of a policy: letters, digits and .,+@=_- between slashes`,
  )
}
