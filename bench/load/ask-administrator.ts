import type { Credentials, Question } from './load-job.ts'

/** The region that requests are signed for. */
export const REGION = 'eu-central-1'

/** What is asked of Credence in most rows: a token for one audience, by an administrator. */
export function askAdministrator(credentials: Credentials, algorithm: string): Question {
  return {
    kind: 'token',
    region: REGION,
    algorithm,
    callers: { kind: 'one', credentials },
    tags: 0,
  }
}
