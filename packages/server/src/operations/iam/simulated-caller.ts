import { ServiceError } from '../../errors.ts'
import {
  type KeyAccount,
  type KeyPrincipal,
  type KeySession,
  type KeyTransport,
  listAccountKeys,
  listDirectCallKeys,
  listFixedTransportKeys,
  listKnownKeys,
} from '../../policy/request-keys.ts'
import { type Arn, type ArnParts, parseArn } from '../../principals/arn.ts'
import type { Call, ContextPairs } from '../operation.ts'
import type { DefaultPrincipal } from './default-request.ts'
import type { IamPrincipal } from './iam-principal.ts'

/** Stands for the name of a session that nobody has made. */
export const SIMULATED_SESSION_NAME = 'simulation'

/**
 * The caller of the simulated requests: what is known of it, and the account that owns resources
 * without an account in their ARN.
 */
export interface SimulatedCaller {
  readonly account: KeyAccount
  /** Null when nothing but the account is known. */
  readonly principal: DefaultPrincipal | null
  readonly known: ContextPairs
}

/** When the simulated requests are made, and what all requests to this server have in common. */
export interface SimulatedMoment extends Pick<KeyTransport, 'region' | 'secureTransport'> {
  readonly nowMs: number
}

/** What is known of a principal's requests: what a real call of it would have now. */
export function toSimulatedCaller(
  principal: KeyPrincipal,
  moment: SimulatedMoment,
): SimulatedCaller {
  const { nowMs } = moment
  const session: KeySession | null = HAVE_SESSIONS.has(principal.kind)
    ? { issuedAtMs: nowMs, ...PLAIN_SESSION }
    : null
  const known = [...listKnownKeys(principal, session, nowMs), ...listFixedTransportKeys(moment)]
  return { account: principal.account, principal, known }
}

/** A user or role that makes the simulated requests; a group makes none. */
export function toPrincipalCaller(
  { kind, arn, id, name, tags }: IamPrincipal,
  call: Call,
): SimulatedCaller {
  const { account } = call.caller
  if (kind === 'group') return toUnknownCaller(account, call)
  const common = { account, principalArn: arn, principalTags: tags }
  return toSimulatedCaller(
    kind === 'user'
      ? { ...common, kind, userId: id, user: { name } }
      : { ...common, kind: 'assumed-role', userId: `${id}:${SIMULATED_SESSION_NAME}` },
    call,
  )
}

/**
 * The caller that a request names (`CallerArn`), of which nothing is known but its ARN. IAM was seen to
 * take the ARN for the user id.
 * @throws ServiceError `InvalidInput`
 */
export function parseCallerArn(callerArn: string, call: Call): SimulatedCaller {
  const parts = parseArn(callerArn)
  if (parts === null) {
    // The text is UNVERIFIED.
    throw new ServiceError('InvalidInput', `CallerArn is not in a valid ARN format: ${callerArn}.`)
  }
  const { account: own } = call.caller
  const account = parts.account === own.id ? own : { id: parts.account, organization: null }
  const principal = {
    kind: findKind(parts),
    account,
    principalArn: callerArn as Arn,
    userId: callerArn,
    principalTags: [],
    user: { name: parts.resource.slice(parts.resource.lastIndexOf('/') + 1) },
  }
  return toSimulatedCaller(principal, call)
}

/** The caller of simulated requests when nobody is named: only the account is taken for known. */
export function toUnknownCaller(account: KeyAccount, moment: SimulatedMoment): SimulatedCaller {
  const known: ContextPairs = [
    ...listAccountKeys(account),
    ['aws:userid', 'STUB_PRINCIPAL_FOR_POLICY_SIMULATOR'],
    ...listDirectCallKeys(moment.nowMs),
    ...listFixedTransportKeys(moment),
  ]
  return { account, principal: null, known }
}

const HAVE_SESSIONS: ReadonlySet<KeyPrincipal['kind']> = new Set(['assumed-role', 'federated-user'])

const PLAIN_SESSION = {
  sourceIdentity: null,
  federatedProvider: null,
  webIdentity: null,
  computeContext: new Map<string, string>(),
  identityContext: null,
}

function findKind({ service, resource }: ArnParts): Exclude<KeyPrincipal['kind'], 'web-identity'> {
  if (service === 'iam' && resource === 'root') return 'root'
  if (service === 'iam' && resource.startsWith('user/')) return 'user'
  return resource.startsWith('federated-user/') ? 'federated-user' : 'assumed-role'
}
