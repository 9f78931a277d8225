import {
  defaulted,
  type Infer,
  integer,
  list,
  optional,
  required,
  string,
  structure,
} from '../../../shapes/shape.ts'
import { parseParameters, readParameterText } from '../parse-parameters.ts'
import { readInput } from '../read-input.ts'

/** The pattern of a tag's key (aws-wire §1.1). */
export const TAG_KEY = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+'

/** The pattern of a tag's value (aws-wire §1.1). */
export const TAG_VALUE = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*'

/** The input of `GetWebIdentityToken` (aws-wire §1.1). */
const tokenInput = structure('GetWebIdentityTokenRequest', {
  audience: required(
    list(string({ minLength: 1, maxLength: 1000 }), { minItems: 1, maxItems: 10 }),
  ),
  signingAlgorithm: required(string({ minLength: 5, maxLength: 5 })),
  durationSeconds: defaulted(integer({ min: 60, max: 3600 }), 300),
  tags: optional(
    list(
      structure('Tag', {
        key: required(string({ minLength: 1, maxLength: 128, pattern: TAG_KEY })),
        value: required(string({ maxLength: 256, pattern: TAG_VALUE })),
      }),
      { maxItems: 50 },
    ),
  ),
})

const WANTED = new Set(['Audience', 'SigningAlgorithm', 'DurationSeconds', 'Tags'])

/** The shortest valid request. */
export const VALID = { 'Audience.member.1': 'a', SigningAlgorithm: 'ES384' }

/** Parameters by name, not yet encoded. */
export type Pairs = Readonly<Record<string, string>>

/** Reads an input from a form body, as a request brings it. */
export function read(pairs: Pairs): Infer<typeof tokenInput> {
  const text = readParameterText(new URLSearchParams(pairs).toString())
  return readInput(tokenInput, parseParameters(text, WANTED), true)
}

/** A valid request with other or further parameters. */
export function readWith(pairs: Pairs): Infer<typeof tokenInput> {
  return read({ ...VALID, ...pairs })
}

/** The parameters of `count` tags. */
export function tags(count: number, tag: (index: number) => Pairs): Pairs {
  const pairs = Array.from({ length: count }, (_, index) =>
    Object.entries(tag(index)).map(([name, value]) => [`Tags.member.${index + 1}.${name}`, value]),
  )
  return Object.fromEntries(pairs.flat())
}

/** `count` audiences, named after their position from 0. */
export function audiences(count: number): Pairs {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`Audience.member.${index + 1}`, String(index)]),
  )
}
