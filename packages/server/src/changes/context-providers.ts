import { ServiceError } from '../errors.ts'
import type { ContextProvider } from '../principals/entities.ts'
import { SUBJECT_TYPES, type SubjectType } from '../principals/identity-context.ts'

/** A context provider as a request or a declaration asks for it. */
export interface ContextProviderOptions {
  readonly subjectSourceKey: string
  /** Empty counts as absent. */
  readonly subjectTypeValue?: string | undefined
  readonly subjectTypeSourceKey?: string | undefined
  readonly keyDefinitionList?:
    | readonly { readonly sourceKey: string; readonly targetKey?: string | undefined }[]
    | undefined
}

const MAX_KEY_CHARACTERS = 128
const MAX_KEY_DEFINITIONS = 10

/** AWS's rule (IAM API Reference: ContextProvider). */
const KEY_FORM = /^[\w.:/=+\-@#]+(?: [\w.:/=+\-@#]+)*$/

/**
 * Checks a context provider. AWS documents the rules, but the error code and the texts are UNVERIFIED.
 * It is also UNVERIFIED that a subject type must be one of the two that AWS names. Any other would be a
 * misspelling that no policy matches.
 * @throws ServiceError `InvalidInput`
 */
export function checkContextProvider(options: ContextProviderOptions): ContextProvider {
  const { subjectSourceKey, subjectTypeSourceKey = null, keyDefinitionList = [] } = options
  const subjectTypeValue = checkSubjectType(options.subjectTypeValue ?? '')
  if (subjectTypeValue !== null && subjectTypeSourceKey !== null) {
    throw refuse('SubjectTypeValue and SubjectTypeSourceKey exclude each other.')
  }
  checkKey('SubjectSourceKey', subjectSourceKey)
  if (subjectTypeSourceKey !== null) checkKey('SubjectTypeSourceKey', subjectTypeSourceKey)
  if (keyDefinitionList.length > MAX_KEY_DEFINITIONS) {
    throw refuse(`KeyDefinitionList has more than ${MAX_KEY_DEFINITIONS} members.`)
  }
  const keyDefinitions = keyDefinitionList.map(({ sourceKey, targetKey = null }) => {
    checkKey('SourceKey', sourceKey)
    if (targetKey !== null) checkKey('TargetKey', targetKey)
    return { sourceKey, targetKey }
  })
  checkTargets(keyDefinitions.map(({ sourceKey, targetKey }) => targetKey ?? sourceKey))
  return { subjectSourceKey, subjectTypeValue, subjectTypeSourceKey, keyDefinitions }
}

/**
 * A kept context provider in the form in which it was asked for, which {@link checkContextProvider}
 * takes.
 */
export function toContextProviderOutput(provider: ContextProvider) {
  const { subjectSourceKey, subjectTypeValue, subjectTypeSourceKey, keyDefinitions } = provider
  return {
    subjectSourceKey,
    ...(subjectTypeValue !== null && { subjectTypeValue }),
    ...(subjectTypeSourceKey !== null && { subjectTypeSourceKey }),
    keyDefinitionList: keyDefinitions.map(({ sourceKey, targetKey }) => ({
      sourceKey,
      ...(targetKey !== null && { targetKey }),
    })),
  }
}

function checkSubjectType(text: string): SubjectType | null {
  if (text === '') return null
  const type = SUBJECT_TYPES.find(each => each === text)
  if (type !== undefined) return type
  throw refuse(`SubjectTypeValue must be one of ${SUBJECT_TYPES.join(', ')}.`)
}

function checkKey(member: string, key: string): void {
  if (key.length <= MAX_KEY_CHARACTERS && KEY_FORM.test(key)) return
  throw refuse(
    `${member} must be 1 to ${MAX_KEY_CHARACTERS} ASCII letters, digits, single spaces inside, and _ . : / = + - @ #.`,
  )
}

/**
 * Condition keys are compared without regard to case. Two targets that differ only in case would be one
 * key with two values.
 */
function checkTargets(targets: readonly string[]): void {
  const seen = new Set<string>()
  for (const target of targets) {
    const key = target.toLowerCase()
    if (seen.has(key)) throw refuse(`TargetKey ${target} occurs twice.`)
    seen.add(key)
  }
}

function refuse(text: string): ServiceError {
  return new ServiceError('InvalidInput', text)
}
