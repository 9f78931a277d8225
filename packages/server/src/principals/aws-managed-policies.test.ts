import { describe, expect, it } from 'vitest'
import { evaluateRequest } from '../policy/evaluate.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import { findAwsManagedPolicy, listAwsManagedPolicyArns } from './aws-managed-policies.ts'

function isAllowed(name: string, action: string): boolean {
  const arn = `arn:aws:iam::aws:policy/${name}`
  const policy = parsePolicy(findAwsManagedPolicy(arn)?.version.document ?? '', 'identity')
  const request = { action, resource: '*', context: new Map() }
  const layers = {
    boundary: null,
    session: null,
    scopeDown: [],
    serviceControl: [],
    resourceControl: [],
  }
  const identity = [{ policyId: arn, policy }]
  const decision = evaluateRequest(request, { ...layers, identity, isAccountRoot: false })
  return decision.effect === 'allow'
}

describe("AWS's managed policies", () => {
  it.each([
    ['AdministratorAccess', 'iam:DeleteUser', true],
    ['AdministratorAccess', 'sts:GetWebIdentityToken', true],
    ['IAMFullAccess', 'iam:DeleteUser', true],
    ['IAMFullAccess', 'sts:AssumeRole', false],
    ['IAMReadOnlyAccess', 'iam:SimulateCustomPolicy', true],
    ['IAMReadOnlyAccess', 'iam:GetUser', true],
    ['IAMReadOnlyAccess', 'iam:CreateUser', false],
    ['PowerUserAccess', 'sts:GetWebIdentityToken', true],
    ['PowerUserAccess', 'iam:ListRoles', true],
    ['PowerUserAccess', 'iam:ListUsers', false],
    ['PowerUserAccess', 'organizations:ListAccounts', false],
    ['ReadOnlyAccess', 'iam:GetRole', true],
    ['ReadOnlyAccess', 'iam:CreateRole', false],
    ['ReadOnlyAccess', 'sts:AssumeRole', false],
    ['ReadOnlyAccess', 'sts:GetWebIdentityToken', false],
  ])('%s on %s allows: %s', (name, action, expected) => {
    expect(isAllowed(name, action)).toBe(expected)
  })

  it('are found by their ARN in every partition, and by no other', () => {
    for (const partition of ['aws', 'aws-cn', 'aws-us-gov'] as const) {
      const arns = listAwsManagedPolicyArns(partition)
      expect(arns).toHaveLength(5)
      expect(arns).toEqual(arns.toSorted())
      for (const arn of arns) expect(findAwsManagedPolicy(arn)).not.toBeNull()
    }
    expect(findAwsManagedPolicy('arn:aws:iam::aws:policy/AmazonS3FullAccess')).toBeNull()
    expect(findAwsManagedPolicy('arn:aws:iam::123456789012:policy/ReadOnlyAccess')).toBeNull()
  })
})
