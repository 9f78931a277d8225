import {
  boolean,
  integer,
  list,
  optional,
  required,
  string,
  structure,
  timestamp,
} from '../../shapes/shape.ts'

/**
 * What is kept, or looked for, as text without a pattern of its own. Not every database holds a null
 * character, and XML has none. UNVERIFIED how AWS refuses it.
 */
export const NO_NULL = '[^\\u0000]*'

const NAME = '[\\w+=,.@-]+'

/** Constraints that many IAM operations share (botocore: the IAM service model, same names). */
export const userName = string({ minLength: 1, maxLength: 64, pattern: NAME })
/** Of a user that exists; longer than new names may be. */
export const existingUserName = string({ minLength: 1, maxLength: 128, pattern: NAME })
/** Of a role, new or existing. */
export const roleName = string({ minLength: 1, maxLength: 64, pattern: NAME })
/** Of a group, new or existing. */
export const groupName = string({ minLength: 1, maxLength: 128, pattern: NAME })
/** Of an inline or managed policy. */
export const policyName = string({ minLength: 1, maxLength: 128, pattern: NAME })
/** `/`, or text between slashes. */
export const path = string({
  minLength: 1,
  maxLength: 512,
  pattern: '(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)',
})
/** What a listing is narrowed to. */
export const pathPrefix = string({
  minLength: 1,
  maxLength: 512,
  pattern: '\\u002F[\\u0021-\\u007F]*',
})
/** The path of a managed policy, or what a listing of them is narrowed to. */
export const policyPath = string({
  minLength: 1,
  maxLength: 512,
  pattern: '((/[A-Za-z0-9\\.,\\+@=_-]+)*)/',
})
/** Any ARN, by its length alone. */
export const arn = string({ minLength: 20, maxLength: 2048, pattern: NO_NULL })
/** JSON of a policy. Its grammar is checked in `policy/`. */
export const policyDocument = string({
  minLength: 1,
  maxLength: 131_072,
  pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+',
})
/** `v1`, `v2`, … */
export const policyVersionId = string({ pattern: 'v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?' })

/** An audience of an OIDC provider. */
export const clientId = string({ minLength: 1, maxLength: 255, pattern: NO_NULL })
/** The audiences of an OIDC provider. */
export const clientIdList = list(clientId)
/** SHA-1 of the certificates of an OIDC provider, in hex. */
export const thumbprintList = list(string({ minLength: 40, maxLength: 40, pattern: NO_NULL }))

const contextKey = string({ minLength: 1, maxLength: 128, pattern: NO_NULL })

/** Which claims of an OIDC provider's tokens sessions keep. */
export const contextProvider = structure('ContextProvider', {
  subjectSourceKey: required(contextKey),
  subjectTypeValue: optional(string({ maxLength: 128, pattern: NO_NULL })),
  subjectTypeSourceKey: optional(contextKey),
  keyDefinitionList: optional(
    list(
      structure('ContextProviderKeyDefinition', {
        sourceKey: required(contextKey),
        targetKey: optional(contextKey),
      }),
      { maxItems: 10 },
    ),
  ),
})

/** The description of a role. */
export const roleDescription = string({
  maxLength: 1000,
  pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*',
})
/** How long a session of a role may last. */
export const roleMaxSessionDuration = integer({ min: 3600, max: 43_200 })

/** Members of the input of a listing. */
export const pageInput = {
  marker: optional(string({ minLength: 1, maxLength: 320, pattern: '[\\u0020-\\u00FF]+' })),
  maxItems: optional(integer({ min: 1, max: 1000 })),
} as const

/** Members of the output of a listing, after its items. */
export const pageOutput = {
  isTruncated: required(boolean()),
  marker: optional(string()),
} as const

/** A managed policy that bounds a user or role. */
export const attachedPermissionsBoundary = structure('AttachedPermissionsBoundary', {
  permissionsBoundaryType: required(string()),
  permissionsBoundaryArn: required(string()),
})

/** A managed policy on a user, group or role. */
export const attachedPolicy = structure('AttachedPolicy', {
  policyName: required(string()),
  policyArn: required(string()),
})

/** IAM's timestamps have whole seconds. */
export const dateTime = timestamp('seconds')
