import type { Credentials } from '../load/load-job.ts'
import type { Contestant } from '../measure/contest.ts'
import { createServerContestant, type MeasuredServer } from '../servers/measured-server.ts'
import { askForToken, GROWTH } from './growth.ts'

/** Numbers of tags of a request; 50 is the most. */
const TAGS = [1, 10, 50]

/** Tokens with tags in the request: longer requests, a second permission, longer claims. */
export function createTagsContestants(
  server: MeasuredServer,
  credentials: Credentials,
  seconds: number,
): readonly Contestant[] {
  return TAGS.map(tags =>
    createServerContestant(server, {
      ...GROWTH,
      name: `${tags} tag${tags === 1 ? '' : 's'}`,
      seconds,
      ask: () => askForToken({ kind: 'one', credentials }, tags),
    }),
  )
}
