import type { Session } from '../../principals/session.ts'
import { integer, optional, required, structure } from '../../shapes/shape.ts'
import { STS } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { issueSession } from './issue-session.ts'
import { findLongTermPrincipal } from './long-term-caller.ts'
import { checkMfa } from './mfa.ts'
import { credentials, mfaInput, tokenSizeInput, tokenSizeOutput } from './session-shapes.ts'

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
    ...mfaInput,
    ...tokenSizeInput,
  }),
  output: structure('GetSessionTokenResponse', {
    credentials: required(credentials),
    ...tokenSizeOutput,
  }),
  authentication: 'signature',
  readOnly: true,
  effect: 'grants',
  rateClass: 'sts',
  requestParameters: ({ durationSeconds }) =>
    durationSeconds === undefined ? null : { durationSeconds },
  checkInput: checkMfa,
  checkCaller: call => {
    findLongTermPrincipal(call, 'GetSessionToken')
  },
  permissions: 'none',
  run: async (request, call) => {
    const { durationSeconds = DEFAULT_SECONDS } = request
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
      webIdentity: null,
      isChained: false,
      inlinePolicy: null,
      policyArns: [],
      computeContext: new Map(),
      scopeDownPolicies: [],
      identityContext: null,
    }
    return { ...issueSession(call, session, principal, request), additionalEventData: null }
  },
})
