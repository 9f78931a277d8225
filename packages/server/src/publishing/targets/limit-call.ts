import { TargetError } from './target.ts'
import type { TargetDeps } from './target-kind.ts'

/** The bounds of one call of a target, however many requests it takes. */
export type CallLimits = Pick<TargetDeps, 'timeoutMs' | 'stopping'>

/** Begins a call: all that is asked with these bounds ends in the time that one request may take. */
export function limitCall({ timeoutMs, stopping }: CallLimits): CallLimits {
  return {
    timeoutMs,
    stopping: AbortSignal.any([AbortSignal.timeout(timeoutMs), stopping]),
  }
}

/** What a library has promised that knows no bounds. @throws TargetError when it takes too long */
export async function waitWithin<Result>(
  { stopping }: CallLimits,
  what: string,
  promise: Promise<Result>,
): Promise<Result> {
  const ended = Promise.withResolvers<never>()
  const end = () => ended.reject(new TargetError('unreachable', `${what} did not come in time`))
  if (stopping.aborted) end()
  stopping.addEventListener('abort', end, { once: true })
  try {
    return await Promise.race([promise, ended.promise])
  } finally {
    stopping.removeEventListener('abort', end)
    ended.promise.catch(() => {})
  }
}
