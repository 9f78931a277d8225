import { type Choice, listValues, readText } from './element-reader.ts'
import { quote, throwMalformed } from './malformed-policy.ts'
import { compileWildcard } from './match-wildcard.ts'
import type { ActionSet } from './policy-document.ts'

/** AWS takes hyphens, dots and blanks in names, though no action has them (aws-wire-news §5). */
const ACTION = /^(?:\*|(\*|[A-Za-z0-9-]+):(?=[^ ])[A-Za-z0-9*?. -]+)$/

/**
 * Reads `Action` or `NotAction`: `*`, or `service:Name` with wildcards in the name. Upper and lower
 * case are the same. `service` restricts a trust policy to one service.
 * @throws ServiceError `MalformedPolicyDocument`
 */
export function parseActions({ name, negated, member }: Choice, service: string | null): ActionSet {
  const nodes = listValues(member.value)
  if (nodes.length === 0)
    throwMalformed(member.value.place, 'Policy statement must contain actions.')
  const texts = nodes.map(node => {
    const text = readText(node, `A value of ${name}`)
    const match = ACTION.exec(text)
    if (match === null) {
      throwMalformed(node.place, `${quote(text)} is not an action: "*" or "service:Name"`)
    }
    if (service !== null && match[1]?.toLowerCase() !== service) {
      throwMalformed(node.place, 'AssumeRole policy may only specify STS AssumeRole actions.')
    }
    return text
  })
  const patterns = texts.map(text =>
    compileWildcard([{ text: text.toLowerCase(), literal: false }]),
  )
  return { negated, patterns, texts }
}
