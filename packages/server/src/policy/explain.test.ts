import { describe, expect, test } from 'vitest'
import { parseAccountId } from '../principals/identifiers.ts'
import type { ApplicablePolicies } from './applicable-policies.ts'
import { explainRequest, explainTrust } from './explain.ts'
import { parsePolicy } from './parse-policy.ts'
import type { PolicyKind } from './policy-document.ts'
import { createRequestContext } from './request-context.ts'

const SELF = 'arn:aws:sts::123456789012:self'

function apply(policyId: string, kind: PolicyKind, ...statements: readonly object[]) {
  return { policyId, policy: parsePolicy(JSON.stringify({ Statement: statements }), kind) }
}

const allow = (members: object = {}) => ({
  Effect: 'Allow',
  Action: 'sts:*',
  Resource: SELF,
  ...members,
})

const POLICIES: ApplicablePolicies = {
  identity: [
    apply(
      'inline:tokens',
      'identity',
      allow({ Sid: 'OtherAction', Action: 'iam:*' }),
      allow({ Resource: 'arn:aws:iam::*:role/*' }),
      allow({
        Sid: 'Fits',
        Condition: { StringEquals: { 'k:one': 'x' } },
      }),
      allow({ Condition: { StringEquals: { 'k:one': 'x' }, Bool: { 'K:Two': 'true' } } }),
      allow({ Condition: { NumericEqualsIfExists: { 'k:one': '1' } } }),
    ),
    apply(
      'arn:aws:iam::123456789012:policy/p',
      'identity',
      allow({ Effect: 'Deny', Action: 'x:y' }),
    ),
  ],
  boundary: apply('arn:aws:iam::123456789012:policy/b', 'boundary', allow()),
  session: [apply('session', 'session', allow({ Action: 'sts:Other' }))],
  scopeDown: [],
  serviceControl: [[apply('root', 'scp', allow())], [apply('unit', 'scp', allow())]],
  resourceControl: [],
  isAccountRoot: false,
}

const REQUEST = {
  action: 'sts:GetWebIdentityToken',
  resource: SELF,
  context: createRequestContext([['k:one', 'x']]),
}

describe('explainRequest', () => {
  const explanation = explainRequest(REQUEST, POLICIES)

  test('reports every layer, in the order of the decision', () => {
    expect(explanation.decision).toEqual({
      effect: 'deny',
      kind: 'implicit',
      layer: 'session policy',
      statements: [],
    })
    expect(
      explanation.layers.map(({ layer, level, outcome, isRequired }) => [
        layer,
        level,
        outcome,
        isRequired,
      ]),
    ).toEqual([
      ['service control policy', 0, 'allows', true],
      ['service control policy', 1, 'allows', true],
      ['identity-based policy', null, 'allows', true],
      ['permissions boundary', null, 'allows', true],
      ['session policy', null, 'does not allow', true],
    ])
  })

  test('reports for every statement which part did not match', () => {
    const identity = explanation.layers[2]
    expect(identity?.policies).toEqual([
      {
        policyId: 'inline:tokens',
        statements: [
          { statementId: 'OtherAction', effect: 'Allow', mismatch: { part: 'action' } },
          { statementId: '1', effect: 'Allow', mismatch: { part: 'resource' } },
          { statementId: 'Fits', effect: 'Allow', mismatch: null },
          {
            statementId: '3',
            effect: 'Allow',
            mismatch: {
              part: 'condition',
              operator: 'Bool',
              key: 'K:Two',
              isKeyPresent: false,
              wanted: ['true'],
            },
          },
          {
            statementId: '4',
            effect: 'Allow',
            mismatch: {
              part: 'condition',
              operator: 'NumericEqualsIfExists',
              key: 'k:one',
              isKeyPresent: true,
              wanted: ['1'],
            },
          },
        ],
      },
      {
        policyId: 'arn:aws:iam::123456789012:policy/p',
        statements: [{ statementId: '0', effect: 'Deny', mismatch: { part: 'action' } }],
      },
    ])
  })

  test('is plain data', () => {
    expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation)
  })

  test('names a layer that denies', () => {
    const denied = apply('d', 'boundary', allow(), allow({ Effect: 'Deny' }))
    const { layers } = explainRequest(REQUEST, { ...POLICIES, boundary: denied })
    expect(layers[3]).toMatchObject({ layer: 'permissions boundary', outcome: 'denies' })
  })

  test('says that root needs no identity policy', () => {
    const root = { ...POLICIES, identity: [], session: null, isAccountRoot: true }
    const { decision, layers } = explainRequest(REQUEST, root)
    expect(decision.effect).toBe('allow')
    expect(layers[2]).toMatchObject({ outcome: 'does not allow', isRequired: false })
  })
})

describe('explainTrust', () => {
  test('puts the trust policy between the organization and the principal', () => {
    const trusted = {
      ...apply('trust', 'trust', {
        Effect: 'Allow',
        Principal: { AWS: '999999999999' },
        Action: 'sts:AssumeRole',
      }),
      accountId: parseAccountId('123456789012'),
      principal: { kind: 'service', service: 'ec2.amazonaws.com' },
    } as const
    const request = { ...REQUEST, action: 'sts:AssumeRole' }
    const { decision, layers } = explainTrust(request, POLICIES, trusted)
    expect(decision).toMatchObject({ kind: 'implicit', layer: 'resource-based policy' })
    expect(layers.map(({ layer }) => layer)).toEqual([
      'service control policy',
      'service control policy',
      'resource-based policy',
      'identity-based policy',
      'permissions boundary',
      'session policy',
    ])
    expect(layers[2]).toEqual({
      layer: 'resource-based policy',
      level: null,
      outcome: 'does not allow',
      isRequired: true,
      policies: [
        {
          policyId: 'trust',
          statements: [{ statementId: '0', effect: 'Allow', mismatch: { part: 'principal' } }],
        },
      ],
    })
  })
})
