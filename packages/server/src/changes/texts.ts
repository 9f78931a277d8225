import { ServiceError } from '../errors.ts'

/*
 * The shapes of the API check these rules for its callers. Here they are checked for everybody else who
 * makes changes (botocore: the IAM service model).
 */

const DOCUMENT = /^[\t\n\r\u0020-\u00FF]+$/
const MAX_DOCUMENT_CHARACTERS = 131_072
const DESCRIPTION = /^[\t\n\r\u0020-\u007E\u00A1-\u00FF]*$/
const MAX_DESCRIPTION_CHARACTERS = 1000
const SESSION_SECONDS = { min: 3600, max: 43_200 }

/**
 * Checks the characters of a policy. The policy room checks its grammar. @throws ServiceError
 * `ValidationError`
 */
export function checkDocumentText(document: string): void {
  if (document.length <= MAX_DOCUMENT_CHARACTERS && DOCUMENT.test(document)) return
  throw new ServiceError(
    'ValidationError',
    'A policy has 1 to 131072 characters, none beyond U+00FF and no control characters.',
  )
}

/** Checks the description of a role or a policy. @throws ServiceError `ValidationError` */
export function checkDescription(description: string | null): void {
  if (description === null) return
  if (description.length <= MAX_DESCRIPTION_CHARACTERS && DESCRIPTION.test(description)) return
  throw new ServiceError(
    'ValidationError',
    'A description has at most 1000 characters, none beyond U+00FF and no control characters.',
  )
}

/** Checks how long sessions of a role may last. @throws ServiceError `ValidationError` */
export function checkSessionSeconds(seconds: number): void {
  const { min, max } = SESSION_SECONDS
  if (Number.isInteger(seconds) && seconds >= min && seconds <= max) return
  throw new ServiceError('ValidationError', `A session of a role lasts ${min} to ${max} seconds.`)
}
