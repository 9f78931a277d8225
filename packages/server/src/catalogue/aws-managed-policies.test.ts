import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { evaluateRequest } from '../policy/evaluate.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import { NEWEST_VERSION } from '../policy/policy-document.ts'
import { PARTITIONS } from '../principals/arn.ts'
import {
  findAwsManagedPolicy,
  isAwsManagedPolicyArn,
  listAwsManagedPolicies,
} from './aws-managed-policies.ts'

/** The file in the package. */
const MAX_BYTES = 1_000_000
const ARN = 'arn:aws:iam::aws:policy'

function findDocument(path: string): string {
  return findAwsManagedPolicy(`${ARN}${path}`)?.version.document ?? ''
}

function decide(names: readonly string[], action: string): string {
  const identity = names.map(name => ({
    policyId: name,
    policy: parsePolicy(findDocument(`/${name}`), 'identity'),
  }))
  const request = { action, resource: '*', context: new Map() }
  const layers = {
    boundary: null,
    session: null,
    scopeDown: [],
    serviceControl: [],
    resourceControl: [],
  }
  const decision = evaluateRequest(request, { ...layers, identity, isAccountRoot: false })
  return decision.effect === 'allow' ? 'allow' : decision.kind
}

describe("AWS's managed policies", () => {
  it.each([
    ['AdministratorAccess', 'iam:DeleteUser', 'allow'],
    ['AdministratorAccess', 'sts:GetWebIdentityToken', 'allow'],
    ['AWSDenyAll', 'iam:GetUser', 'explicit'],
    ['IAMFullAccess', 'iam:DeleteUser', 'allow'],
    ['IAMFullAccess', 'sts:AssumeRole', 'implicit'],
    ['IAMReadOnlyAccess', 'iam:SimulateCustomPolicy', 'allow'],
    ['IAMReadOnlyAccess', 'iam:GetUser', 'allow'],
    ['IAMReadOnlyAccess', 'iam:CreateUser', 'implicit'],
    ['PowerUserAccess', 'sts:GetWebIdentityToken', 'allow'],
    ['PowerUserAccess', 'iam:ListRoles', 'allow'],
    ['PowerUserAccess', 'iam:ListUsers', 'implicit'],
    ['PowerUserAccess', 'organizations:ListAccounts', 'implicit'],
    ['ReadOnlyAccess', 'iam:GetRole', 'allow'],
    ['ReadOnlyAccess', 'iam:CreateRole', 'implicit'],
    ['ReadOnlyAccess', 'sts:AssumeRole', 'implicit'],
    ['ReadOnlyAccess', 'sts:GetWebIdentityToken', 'implicit'],
    ['AmazonS3FullAccess', 's3:GetObject', 'allow'],
    ['AmazonS3FullAccess', 'sts:GetWebIdentityToken', 'implicit'],
  ])('%s decides of %s: %s', (name, action, expected) => {
    expect(decide([name], action)).toBe(expected)
  })

  it('deny whatever others allow, where AWSDenyAll is one of them', () => {
    expect(decide(['AdministratorAccess', 'AWSDenyAll'], 'iam:GetUser')).toBe('explicit')
  })

  it('are all there, in every partition, under the ARNs that they have in it', () => {
    for (const partition of PARTITIONS) {
      const policies = listAwsManagedPolicies(partition, '/')
      expect(policies.length).toBeGreaterThan(1500)
      for (const policy of policies) {
        expect(policy.arn).toBe(`arn:${partition}:iam::aws:policy${policy.path}${policy.name}`)
      }
      const names = policies.map(({ name }) => name.toLowerCase())
      expect(names).toEqual(names.toSorted())
      expect(new Set(names).size).toBe(names.length)
      expect(new Set(policies.map(({ id }) => id)).size).toBe(names.length)
    }
    const ofJobs = listAwsManagedPolicies('aws', '/job-function/')
    expect(ofJobs.map(({ path }) => path)).toEqual(ofJobs.map(() => '/job-function/'))
    expect(ofJobs.map(({ name }) => name)).toContain('ViewOnlyAccess')
  })

  it('would all be accepted from somebody who wrote them today', () => {
    for (const { arn, path, name, defaultVersionId } of listAwsManagedPolicies('aws', '/')) {
      expect(findAwsManagedPolicy(arn)?.version.versionId).toBe(defaultVersionId)
      const { statements, version } = parsePolicy(findDocument(`${path}${name}`), 'identity')
      expect(statements.length, name).toBeGreaterThan(0)
      expect(version, name).toBe(NEWEST_VERSION)
    }
  })

  it('name the resources of their own partition', () => {
    const [chinese] = listAwsManagedPolicies('aws-cn', '/').filter(
      ({ name }) => name === 'AmazonAPIGatewayAdministrator',
    )
    const document = findAwsManagedPolicy(chinese?.arn ?? '')?.version.document ?? ''
    expect(document).toContain('"arn:aws-cn:apigateway:')
    expect(document).not.toContain('"arn:aws:')
  })

  it('tell when they were made, when their version was, and an id that stays', () => {
    expect(findAwsManagedPolicy(`${ARN}/AWSDenyAll`)).toEqual({
      policy: {
        id: 'ANPATN7C54P3MA5BGFUQO',
        name: 'AWSDenyAll',
        path: '/',
        arn: `${ARN}/AWSDenyAll`,
        description: null,
        defaultVersionId: 'v2',
        createdAtMs: Date.parse('2019-05-01T22:36:14Z'),
        updatedAtMs: Date.parse('2023-12-18T16:42:05Z'),
        tags: [],
      },
      version: {
        versionId: 'v2',
        document:
          '{"Statement":[{"Action":["*"],"Effect":"Deny","Resource":"*","Sid":"DenyAll"}],"Version":"2012-10-17"}',
        createdAtMs: Date.parse('2023-12-18T16:42:05Z'),
      },
    })
    expect(findAwsManagedPolicy(`${ARN}/ReadOnlyAccess`)?.policy.id).toBe('ANPAILL3HVNFSB6DCOWYQ')
  })

  it.each([
    [`${ARN}/NoSuchPolicy`, true],
    [`${ARN}/ViewOnlyAccess`, true],
    [`${ARN}/job-function/x/ViewOnlyAccess`, true],
    ['arn:aws-x:iam::aws:policy/ReadOnlyAccess', true],
    ['arn:aws:iam::123456789012:policy/ReadOnlyAccess', false],
    ['arn:aws:iam::aws:role/ReadOnlyAccess', false],
    [`x${ARN}/ReadOnlyAccess`, false],
    [`${ARN}/`, false],
  ])('are not found as %s', (arn, isOfAws) => {
    expect(findAwsManagedPolicy(arn)).toBeNull()
    expect(isAwsManagedPolicyArn(arn)).toBe(isOfAws)
  })

  it('take little room in the package', () => {
    const file = join(import.meta.dirname, 'aws-managed-policies.json.br')
    expect(statSync(file).size).toBeLessThan(MAX_BYTES)
  })
})
