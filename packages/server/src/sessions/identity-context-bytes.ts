import { type IdentityContext, SUBJECT_TYPES } from '../principals/identity-context.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'

/** Writes on whose behalf a session acts. The place of a subject type in its list never changes. */
export function writeIdentityContext(value: ByteWriter, { origin, claims }: IdentityContext): void {
  value.writeText(origin.subject)
  value.writeInteger(
    origin.subjectType === null ? 0 : SUBJECT_TYPES.indexOf(origin.subjectType) + 1,
  )
  value.writeText(origin.issuer)
  value.writeText(origin.federatedProvider)
  value.writeList([...claims], ([key, text]) => {
    value.writeText(key)
    value.writeText(text)
  })
}

/** Reads what {@link writeIdentityContext} wrote. @throws ByteFormatError */
export function readIdentityContext(value: ByteReader): IdentityContext {
  return {
    origin: {
      subject: value.readText(),
      subjectType: SUBJECT_TYPES[value.readChoice(SUBJECT_TYPES.length + 1) - 1] ?? null,
      issuer: value.readText(),
      federatedProvider: value.readText(),
    },
    claims: new Map(value.readList(() => [value.readText(), value.readText()] as const)),
  }
}
