import type { CallOptions, Parameters } from './calls.ts'

/** A good call of `GetWebIdentityToken`, with parameters added, replaced, or left out by null. */
export function tokenCall(
  changes: Readonly<Record<string, string | null>> = {},
  options: CallOptions = {},
): CallOptions {
  const parameters = {
    Action: 'GetWebIdentityToken',
    'Audience.member.1': 'https://api.example.com',
    SigningAlgorithm: 'ES384',
    ...changes,
  }
  const kept = Object.entries(parameters).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  )
  return { ...options, parameters: Object.fromEntries(kept) }
}

/** `count` audiences from 0 on. */
export function audiences(count: number, format: (index: number) => string = String): Parameters {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`Audience.member.${index + 1}`, format(index)]),
  )
}

/** Tags as parameters, in their order. */
export function tags(pairs: readonly (readonly [key: string, value: string])[]): Parameters {
  return Object.fromEntries(
    pairs.flatMap(([key, value], index) => [
      [`Tags.member.${index + 1}.Key`, key],
      [`Tags.member.${index + 1}.Value`, value],
    ]),
  )
}

/** `count` tags from 0 on. */
export function manyTags(
  count: number,
  format: (index: number) => string = String,
  value = 'test',
): Parameters {
  return tags(Array.from({ length: count }, (_, index) => [format(index), value]))
}
