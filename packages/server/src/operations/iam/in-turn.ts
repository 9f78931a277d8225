import { type Turn, takeTurn } from '../../changes/turn.ts'
import type { Call } from '../operation.ts'

/** Makes a change in a turn of the caller's account. @throws what `work` throws; StoreFailure */
export function inTurn<Result>(
  { caller, nowMs, services }: Call,
  work: (turn: Turn) => Promise<Result>,
): Promise<Result> {
  return takeTurn(services, [caller.account.id], nowMs, work)
}
