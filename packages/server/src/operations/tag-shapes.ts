import { list, required, string, structure } from '../shapes/shape.ts'

const TAG_TEXT = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]'
const tagKey = string({ minLength: 1, maxLength: 128, pattern: `${TAG_TEXT}+` })

const tag = structure('Tag', {
  key: required(tagKey),
  value: required(string({ maxLength: 256, pattern: `${TAG_TEXT}*` })),
})

/** Tags of a user, role, policy or provider, or of a session. */
export const tags = list(tag, { maxItems: 50 })

/** Keys of tags: those that `Untag…` takes away, or that are transitive. */
export const tagKeys = list(tagKey, { maxItems: 50 })
