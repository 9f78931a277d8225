import type { BadToken, TokenOrigin } from './bad-token.ts'
import { composeToken } from './compose-token.ts'
import { signWithLeadingZero, signWithOtherS } from './ecdsa-signatures.ts'
import { signPaddedByHand } from './rsa-signatures.ts'
import { signedBy } from './signature-case.ts'

/** A token that everybody should accept: a verifier that refuses it proves nothing by the rest. */
export type GoodToken = Pick<BadToken, 'title' | 'make'>

/** Good tokens by name, the unusual ones among them: the control for the bad ones. */
export const GOOD_TOKENS = {
  'good-es384': { title: 'signed with ES384', make: composeToken },
  'good-rs256': {
    title: 'signed with RS256',
    make: origin => composeToken(origin, { key: origin.keys.RS256 }),
  },
  'good-es384-leading-zero': {
    title: 'ES384, with a first number that begins with a zero byte',
    make: signedBy('ES384', signWithLeadingZero),
  },
  'good-es384-other-s': {
    title: 'ES384, with the other s of the same signature',
    make: signedBy('ES384', signWithOtherS),
  },
  'good-rs256-padded-by-hand': {
    title: 'RS256, with the padding written by hand',
    make: signedBy('RS256', signPaddedByHand),
  },
} as const satisfies Readonly<Record<string, GoodToken>>

/** A name of {@link GOOD_TOKENS}. */
export type GoodTokenName = keyof typeof GOOD_TOKENS

/** Whether there is a good token of this name. */
export function isGoodTokenName(name: string): name is GoodTokenName {
  return Object.hasOwn(GOOD_TOKENS, name)
}

/** Makes one of {@link GOOD_TOKENS}. */
export function createGoodToken(name: GoodTokenName, origin: TokenOrigin): string {
  return GOOD_TOKENS[name].make(origin)
}
