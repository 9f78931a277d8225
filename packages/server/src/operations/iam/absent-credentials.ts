import { list, required, string } from '../../shapes/shape.ts'
import type { Call, Outcome } from '../operation.ts'
import { pageOutput } from './iam-shapes.ts'
import { answer } from './outcome.ts'
import { findChosenUser } from './own-user.ts'

/**
 * Members of the output that lists credentials of a kind that Credence does not have: users sign in
 * with access keys and nothing else. `wireName` is the list's.
 */
export function absentListOutput(wireName: string) {
  return { absent: required(list(string()), wireName), ...pageOutput }
}

/** The answer that there are none. */
export const NONE = answer({ absent: [], isTruncated: false })

/** The answer that a user has none. @throws ServiceError `NoSuchEntity`, `ValidationError` */
export async function listNoneOfUser(
  { userName }: { readonly userName?: string | undefined },
  call: Call,
): Promise<Outcome<typeof NONE.output>> {
  await findChosenUser(userName, call)
  return NONE
}
