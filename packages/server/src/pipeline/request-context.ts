import type { Call, Permission } from '../operations/operation.ts'
import {
  type ContextPair,
  listKnownKeys,
  listResourceKeys,
  listTransportKeys,
} from '../policy/request-keys.ts'

/** The condition keys of one permission: the operation's own and those of every request. */
export function* listContext(permission: Permission, call: Call): Iterable<ContextPair> {
  const { caller, nowMs } = call
  const { resource, trustingRole } = permission
  yield* listKnownKeys(caller, caller.session, nowMs)
  yield* listTransportKeys(call)
  const owner = trustingRole?.account
  yield* listResourceKeys(resource, [caller.account, ...(owner === undefined ? [] : [owner])])
  yield* permission.context
}
