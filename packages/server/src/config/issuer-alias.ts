import { z } from 'zod'
import { optionalPart, type TextRule } from './key-types.ts'
import { issuerBaseUrlRule, issuerHostPatternRule } from './text-rules.ts'

/**
 * Each alias makes the search for the issuer of a request longer, and nobody needs more to move.
 */
export const MAX_ISSUER_ALIASES = 8

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/** A whole second in UTC. */
const instantRule: TextRule = text => {
  const ms = INSTANT.test(text) ? Date.parse(text) : Number.NaN
  const isReal = !Number.isNaN(ms) && new Date(ms).toISOString() === text.replace('Z', '.000Z')
  return isReal ? null : 'must have an `until` such as 2027-01-31T00:00:00Z'
}

/** One more name of the issuers of an installation. */
export const ISSUER_ALIAS = z
  .strictObject({
    baseUrl: optionalPart(issuerBaseUrlRule),
    hostPattern: optionalPart(issuerHostPatternRule),
    until: optionalPart(instantRule),
  })
  .superRefine(({ baseUrl, hostPattern }, context) => {
    if ((baseUrl === null) !== (hostPattern === null)) return
    const message = 'must have either `baseUrl` or `hostPattern` in each entry'
    context.addIssue({ code: 'custom', message })
  })
  .readonly()
