import type { Session } from '../principals/session.ts'

/**
 * What session policies and tags may take in a session token, in bytes as {@link measurePackedSize}
 * counts them. AWS does not tell its own limit (aws-wire §8: an opaque packed budget); this one holds
 * a session policy of the greatest length beside thirty tags of usual size.
 */
export const PACKED_BUDGET_BYTES = 4096

/** Length or count in front of a text. */
const FRAME_BYTES = 2

/** A text of JSON, as a whole, or white space between such texts. */
const JSON_TEXT_OR_SPACE = /("(?:[^"\\]|\\.)*")|[\t\n\r ]+/gs

/**
 * `PackedPolicySize`: session policies and session tags, inherited tags included, as a percentage of
 * {@link PACKED_BUDGET_BYTES}, rounded up. Above 100 the session must be refused
 * (`PackedPolicyTooLarge`).
 *
 * Counted are the UTF-8 bytes of the policy without the white space between its parts, of the policy
 * ARNs, tags and transitive keys, and two bytes for each text. Not counted is what compression would
 * save: how well zlib compresses depends on its version and on the processor, and the same request
 * must give the same number everywhere.
 */
export function measurePackedSize(
  session: Pick<Session, 'inlinePolicy' | 'policyArns' | 'tags' | 'transitiveTagKeys'>,
): number {
  const texts = [
    ...(session.inlinePolicy === null ? [] : [removeWhiteSpace(session.inlinePolicy)]),
    ...session.policyArns,
    ...session.tags.flatMap(({ key, value }) => [key, value]),
    ...session.transitiveTagKeys,
  ]
  const bytes = texts.reduce((sum, text) => sum + FRAME_BYTES + Buffer.byteLength(text), 0)
  return Math.ceil((bytes * 100) / PACKED_BUDGET_BYTES)
}

function removeWhiteSpace(json: string): string {
  return json.replace(JSON_TEXT_OR_SPACE, '$1')
}
