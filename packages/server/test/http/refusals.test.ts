import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ERROR_TABLE, type ErrorCode } from '../../src/errors.ts'
import type { Store } from '../../src/store/ports.ts'
import { FailurePlan } from '../../src/testing/failures.ts'
import { signInHeader } from '../support/calls.ts'
import { signWithSdk } from '../support/sdk-signer.ts'
import { startWorld, type World } from '../support/worlds/http.ts'
import { expectRefusal, provoke, type RefusalRow } from './refusal.ts'
import { AUDIT_FAILURE, DEFECT, STORE_FAILURE } from './tables/failures.ts'
import { FRAMEWORK_REFUSALS } from './tables/framework.ts'
import { OPERATION_REFUSALS, ORDER_REFUSALS } from './tables/operations.ts'
import { PARAMETER_REFUSALS } from './tables/parameters.ts'
import { PRESIGNED_REFUSALS } from './tables/presigned.ts'
import { HEADER_REFUSALS } from './tables/signature.ts'
import { UNBUILT_REFUSALS } from './tables/unbuilt.ts'

const TABLES: Readonly<Record<string, readonly RefusalRow[]>> = {
  'the framework (aws-wire §1.5)': FRAMEWORK_REFUSALS,
  'signatures in the header (aws-wire §7.3)': HEADER_REFUSALS,
  'signatures in the query (aws-wire §7.3)': PRESIGNED_REFUSALS,
  'parameters of a token (aws-wire §1.3)': PARAMETER_REFUSALS,
  'operations (aws-wire §1.3, §2)': OPERATION_REFUSALS,
  'the order of checks (aws-wire §1.4)': ORDER_REFUSALS,
  'parameters that nothing reads (aws-wire-news §1.4)': UNBUILT_REFUSALS,
}

/** Codes that no operation of these tables can meet, with who raises them. */
const PROVOKED_ELSEWHERE: Partial<Readonly<Record<ErrorCode, string>>> = {
  DeleteConflict: 'operations of IAM on users, groups, roles and policies',
  EntityAlreadyExists: 'operations of IAM on users, groups, roles and policies',
  ExpiredToken: 'sessions',
  ExpiredTokenException: 'AssumeRoleWithWebIdentity',
  IDPCommunicationError: 'AssumeRoleWithWebIdentity',
  IDPRejectedClaim: 'AssumeRoleWithWebIdentity',
  InsufficientSessionLifetime: 'GetScopedCredentials',
  InvalidAuthorizationMessageException: 'DecodeAuthorizationMessage',
  InvalidContextAssertion: 'AssumeRole',
  InvalidIdentityToken: 'AssumeRoleWithWebIdentity',
  InvalidInput: 'operations of IAM on users, groups, roles and policies',
  InvalidSubjectCredentials: 'GetScopedCredentials',
  LimitExceeded: 'operations of IAM on users, groups, roles and policies',
  MalformedPolicyDocument: 'operations that are given a policy',
  NoSuchEntity: 'operations of IAM on users, groups, roles and policies',
  PackedPolicyTooLarge: 'AssumeRole and its like',
  PolicyNotAttachable: 'AttachRolePolicy with a policy of service-linked roles',
  ReportExpired: 'GetCredentialReport',
  ReportNotPresent: 'GetCredentialReport',
  SessionDurationEscalationException: 'sessions',
  UnmodifiableEntity: 'operations of IAM on service-linked roles',
  Throttling: 'rate limits, and a server under overload',
}

let world: World

beforeAll(async () => {
  world = await startWorld()
})

afterAll(() => world[Symbol.asyncDispose]())

describe.each(Object.entries(TABLES))('%s', (_name, rows) => {
  it.each(rows)('refuses $what', async row => {
    for (const sign of row.sign === undefined ? [signInHeader, signWithSdk] : [row.sign]) {
      expectRefusal(await provoke(world, row, sign), row)
    }
  })
})

describe('failures of the service itself', () => {
  it('grants nothing that the audit cannot record', async () => {
    await using fullDisk = await startWorld({ settings: { 'audit.file': '/dev/full' } })
    expectRefusal(await provoke(fullDisk, AUDIT_FAILURE), AUDIT_FAILURE)
    expect(fullDisk.server.readLog()).toContain('a call is not on record')
  })

  it('tells a caller nothing about a store that fails, but that it is the service’s affair', async () => {
    const failures = new FailurePlan(AbortSignal.abort())
    await using broken = await startWorld({ overrides: { aroundStore: failures.aroundStore } })
    failures.isStoreDown = true
    expectRefusal(await provoke(broken, STORE_FAILURE), STORE_FAILURE)
    expect(broken.server.readLog()).toContain('a call cannot be served')
    failures.clear()
    expect((await provoke(broken, STORE_FAILURE)).status).toBe(200)
  })

  it('tells a caller nothing about a defect', async () => {
    let isBroken = false
    const aroundStore = (store: Store): Store =>
      new Proxy(store, {
        get: (target, name) =>
          isBroken && name === 'findAccessKey' ? null : target[name as keyof Store],
      })
    await using broken = await startWorld({ overrides: { aroundStore } })
    isBroken = true
    expectRefusal(await provoke(broken, DEFECT), DEFECT)
    expect(broken.server.readLog()).toContain('a call failed')
  })
})

it('provokes every code of the table, or says who does', () => {
  const rows = [...Object.values(TABLES).flat(), AUDIT_FAILURE, STORE_FAILURE, DEFECT]
  const provoked = new Set<string>(rows.map(({ refusal: [, code] }) => code))
  const elsewhere = Object.keys(PROVOKED_ELSEWHERE)
  expect(elsewhere.filter(code => provoked.has(code))).toEqual([])
  expect([...provoked, ...elsewhere].toSorted()).toEqual(Object.keys(ERROR_TABLE).toSorted())
})
