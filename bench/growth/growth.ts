import { REGION } from '../load/ask-administrator.ts'
import type { Callers, Question } from '../load/load-job.ts'

/** What every measurement of growth has in common, so that only what grows differs. */
export const GROWTH = { part: 'growth', algorithm: 'RS256', connections: 16 } as const

/** What a user needs for tokens, for audiences of one domain, as an operator would write it. */
export const TOKEN_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'sts:GetWebIdentityToken',
      Resource: '*',
      Condition: {
        'ForAllValues:StringLike': { 'sts:IdentityTokenAudience': 'https://*.example.com' },
        Null: { 'sts:IdentityTokenAudience': 'false' },
        NumericLessThanEquals: { 'sts:DurationSeconds': '900' },
      },
    },
  ],
})

/** The question whose cost is watched as something grows. */
export function askForToken(callers: Callers, tags = 0): Question {
  return { kind: 'token', region: REGION, algorithm: GROWTH.algorithm, callers, tags }
}
