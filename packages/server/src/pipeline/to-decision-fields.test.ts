import { expect, it } from 'vitest'
import type { AuditFields } from '../audit/event.ts'
import type { Decision } from '../policy/decision.ts'
import type { Caller } from '../principals/caller.ts'
import type { Session } from '../principals/session.ts'
import { ASSUMED_ROLE, createSession, USER } from './test/callers.ts'
import { ALLOWED, DENIED, decided, NOT_ALLOWED } from './test/decisions.ts'
import { toDecisionFields } from './to-decision-fields.ts'

const restricted = (changes: Partial<Session>): Caller => ({
  ...ASSUMED_ROLE,
  session: createSession(changes),
})
const ARN = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const CONTEXT = { 'aws:sourceip': '192.0.2.1', 'aws:tagkeys': ['a', 'b'] }
const NO_POLICIES = { inlinePolicy: null, policyArns: [], scopeDownPolicies: [] }

it.each<readonly [string, Decision | null, Caller | null, AuditFields]>([
  ['that grants, by what', ALLOWED, USER, { effect: 'allow', decidedBy: ALLOWED.statements }],
  [
    'that grants, not what restricts the session',
    ALLOWED,
    restricted({ inlinePolicy: '{}', policyArns: [ARN] }),
    { effect: 'allow', decidedBy: ALLOWED.statements },
  ],
  [
    'that refuses, with what was asked',
    DENIED,
    USER,
    { effect: 'deny', decidedBy: DENIED.statements, context: CONTEXT },
  ],
  [
    'that refuses for want of an Allow',
    NOT_ALLOWED,
    USER,
    { effect: 'deny', decidedBy: [], context: CONTEXT },
  ],
  [
    'about a role that is not there as a refusal',
    null,
    USER,
    { effect: 'deny', decidedBy: [], context: CONTEXT },
  ],
  [
    'about nobody in particular',
    DENIED,
    null,
    { effect: 'deny', decidedBy: DENIED.statements, context: CONTEXT },
  ],
  [
    'on an unrestricted session',
    NOT_ALLOWED,
    restricted({}),
    { effect: 'deny', decidedBy: [], context: CONTEXT },
  ],
  [
    'with the inline session policy',
    NOT_ALLOWED,
    restricted({ inlinePolicy: '{}' }),
    {
      effect: 'deny',
      decidedBy: [],
      context: CONTEXT,
      sessionPolicies: { ...NO_POLICIES, inlinePolicy: '{}' },
    },
  ],
  [
    'with the managed session policies',
    NOT_ALLOWED,
    restricted({ policyArns: [ARN] }),
    {
      effect: 'deny',
      decidedBy: [],
      context: CONTEXT,
      sessionPolicies: { ...NO_POLICIES, policyArns: [ARN] },
    },
  ],
  [
    'with what narrowed the session later',
    NOT_ALLOWED,
    restricted({ scopeDownPolicies: ['{}'] }),
    {
      effect: 'deny',
      decidedBy: [],
      context: CONTEXT,
      sessionPolicies: { ...NO_POLICIES, scopeDownPolicies: ['{}'] },
    },
  ],
  [
    'with as many policies of one kind as of the other',
    NOT_ALLOWED,
    restricted({ policyArns: [ARN], scopeDownPolicies: ['{}'] }),
    {
      effect: 'deny',
      decidedBy: [],
      context: CONTEXT,
      sessionPolicies: { ...NO_POLICIES, policyArns: [ARN], scopeDownPolicies: ['{}'] },
    },
  ],
])('keeps a decision %s', (_, decision, caller, fields) => {
  expect(toDecisionFields(decided(decision), caller)).toEqual({
    action: 'sts:GetWebIdentityToken',
    resource: '*',
    ...fields,
  })
})
