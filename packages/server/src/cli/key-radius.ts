import type { BlastRadius } from '../issuer/keys/blast-radius.ts'
import { formatInstant } from './key-slots.ts'

/** A blast radius as programs read it. */
export function toRadiusOutput(radius: BlastRadius) {
  return {
    cachesUntil: formatInstant(radius.cachesUntilMs),
    credenceVerifyUntil: formatInstant(radius.verifyUntilMs),
    credenceVerifyUnreachableUntil: formatInstant(radius.verifyUnreachableUntilMs),
    gapUntil: formatInstant(radius.gapUntilMs),
    restart: radius.restart,
  }
}

/** The lifetime of tokens is no help, because a thief chooses it. */
export function formatRadius({
  cachesUntil,
  credenceVerifyUntil,
  credenceVerifyUnreachableUntil,
  restart,
}: ReturnType<typeof toRadiusOutput>): string {
  return [
    'Who may still take tokens of it, made by a thief with any lifetime:',
    `- what keeps to max-age: until ${cachesUntil};`,
    `- @credence/verify: until ${credenceVerifyUntil}, and while it cannot reach the issuer until ${credenceVerifyUnreachableUntil};`,
    '- what keeps keys for times of its own, and is to be started anew:',
    ...restart.map(each => `    ${each}`),
  ].join('\n')
}
