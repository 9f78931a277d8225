import { ServiceError } from '../../errors.ts'
import type { Session } from '../../principals/session.ts'
import type { SessionPrincipal } from '../../principals/session-principal.ts'
import { integer, optional, required, string, structure } from '../../shapes/shape.ts'
import { STS } from '../apis.ts'
import { type Call, defineOperation } from '../operation.ts'
import {
  credentials,
  describeCredentials,
  describeIssued,
  issueSession,
} from './session-request.ts'

const DEFAULT_SECONDS = 43_200
/** A root's session is never longer (AWS STS API Reference: GetSessionToken). */
const ROOT_SECONDS = 3600

/**
 * Temporary credentials of the caller itself, who must hold a long-term key (AWS STS API Reference:
 * GetSessionToken; aws-wire §8). Needs no permission.
 */
export const getSessionToken = defineOperation({
  api: STS,
  name: 'GetSessionToken',
  input: structure('GetSessionTokenRequest', {
    durationSeconds: optional(integer({ min: 900, max: 129_600 })),
    serialNumber: optional(string({ minLength: 9, maxLength: 256, pattern: '[\\w+=/:,.@-]*' })),
    tokenCode: optional(string({ minLength: 6, maxLength: 6, pattern: '[\\d]*' })),
  }),
  output: structure('GetSessionTokenResponse', { credentials: required(credentials) }),
  authentication: 'signature',
  readOnly: true,
  requestParameters: ({ durationSeconds }) =>
    durationSeconds === undefined ? null : { durationSeconds },
  checkInput: ({ tokenCode }) => {
    if (tokenCode === undefined) return
    // There are no MFA devices, so no code is right.
    throw new ServiceError(
      'AccessDenied',
      'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
    )
  },
  checkCaller: call => {
    findLongTermPrincipal(call, 'GetSessionToken')
  },
  permissions: 'none',
  run: async ({ durationSeconds = DEFAULT_SECONDS }, call) => {
    const principal = findLongTermPrincipal(call, 'GetSessionToken')
    const seconds =
      principal.kind === 'root' ? Math.min(durationSeconds, ROOT_SECONDS) : durationSeconds
    const session: Session = {
      kind: 'session-token',
      name: null,
      issuedAtMs: call.nowMs,
      expiresAtMs: call.nowMs + seconds * 1000,
      tags: [],
      transitiveTagKeys: [],
      sourceIdentity: null,
      federatedProvider: null,
      isChained: false,
      inlinePolicy: null,
      policyArns: [],
      computeContext: new Map(),
    }
    const { issued } = issueSession(call, session, principal)
    return {
      output: { credentials: describeCredentials(issued) },
      responseElements: { credentials: describeIssued(issued) },
      additionalEventData: null,
    }
  },
})

/** Whose session a caller with a long-term key gets. @throws ServiceError `AccessDenied` for any session */
export function findLongTermPrincipal(
  { caller }: Call,
  action: string,
): Extract<SessionPrincipal, { kind: 'user' | 'root' }> {
  const { account, accessKeyId, session } = caller
  if (session === null && accessKeyId !== null) {
    const common = { accountId: account.id, parentAccessKeyId: accessKeyId }
    if (caller.kind === 'user') return { kind: 'user', ...common, userId: caller.user.id }
    if (caller.kind === 'root') return { kind: 'root', ...common }
  }
  throw new ServiceError('AccessDenied', `Cannot call ${action} with session credentials`)
}
