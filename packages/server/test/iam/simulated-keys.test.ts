import { SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findSubject } from '../../src/explain/find-subject.ts'
import { simulateActions } from '../../src/explain/simulate.ts'
import type { ApplicablePolicies } from '../../src/policy/applicable-policies.ts'
import { CONDITION_KEY_GROUPS } from '../../src/policy/condition-keys/find-key.ts'
import type { ContextValue } from '../../src/policy/decision.ts'
import { parsePolicy } from '../../src/policy/parse-policy.ts'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import { addAccount, addUser } from '../support/accounts.ts'
import { readDenials } from '../support/audit.ts'
import { call } from '../support/calls.ts'
import { addRole } from '../support/roles.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { assumeRole } from '../support/sts-calls.ts'
import { createIamClient } from '../support/worlds/iam.ts'

const USER = 'arn:aws:iam::123456789012:user/team/worker'
const ROLE = 'arn:aws:iam::123456789012:role/team/deployer'

/** Keys of the single connection: a simulation has those that it is given. */
const OF_TRANSPORT = new Set(['aws:sourceip', 'aws:useragent'])
/** Differs by the session, and by the moment. */
const OF_THE_MOMENT = new Set([
  'aws:currenttime',
  'aws:epochtime',
  'aws:tokenissuetime',
  'aws:userid',
])

let server: TestServer
let admin: SigningCredentials
let contexts: ReadonlyMap<string, Readonly<Record<string, ContextValue>>>

beforeAll(async () => {
  server = await startTestServer()
  const account = await addAccount(server, '123456789012', {
    organization: 'o-example1234/r-ab12/ou-ab12-11111111',
  })
  admin = (await addUser(server, account, 'admin')).credentials
  const tags = { team: 'data', Stage: 'test' }
  const worker = await addUser(server, account, 'worker', { path: '/team/', tags, statements: [] })
  const role = await addRole(server, account, 'deployer', { path: '/team/', tags, statements: [] })
  const session = await assumeRole(server, admin, role)
  const callAs = async (credentials: SigningCredentials) => {
    const parameters = { Action: 'ListUsers', Version: '2010-05-08' }
    expect((await call(server, credentials, { service: 'iam', parameters })).status).toBe(403)
    return readDenials(server).at(-1)?.context ?? {}
  }
  contexts = new Map([
    [USER, await callAs(worker.credentials)],
    [ROLE, await callAs(session)],
  ])
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

/** What a real call of the principal has, without what only a real call can have. */
function listReal(principal: string): readonly (readonly [key: string, value: ContextValue])[] {
  return Object.entries(contexts.get(principal) ?? {}).filter(([key]) => !OF_TRANSPORT.has(key))
}

/** Every key that AWS documents, but those with a name of somebody's own in them. */
const TABLE_KEYS = CONDITION_KEY_GROUPS.flatMap(({ keys }) =>
  keys.map(({ name }) => name.toLowerCase()).filter(name => !name.includes('…')),
)

/** A policy that allows `x:aN` where the condition of that number holds. */
function formatConditions(conditions: readonly object[]): string {
  const Statement = conditions.map((Condition, index) => ({
    Effect: 'Allow',
    Action: `x:a${index}`,
    Resource: '*',
    Condition,
  }))
  return JSON.stringify({ Version: '2012-10-17', Statement })
}

/** Tells which conditions hold in a simulation of a principal. */
type Simulate = (principal: string, conditions: readonly object[]) => Promise<readonly boolean[]>

const simulateByServer: Simulate = async (principal, conditions) => {
  const iam = createIamClient(server, admin)
  const { EvaluationResults = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: principal,
      PolicyInputList: [formatConditions(conditions)],
      ActionNames: conditions.map((_, index) => `x:a${index}`),
      MaxItems: 1000,
    }),
  )
  iam.destroy()
  return EvaluationResults.map(({ EvalDecision }) => EvalDecision === 'allowed')
}

const simulateByCommand: Simulate = async (principal, conditions) => {
  const who = await findSubject(server.data.store, principal)
  if (who === null) throw new Error('the principal is there')
  const policy = parsePolicy(formatConditions(conditions), 'identity')
  const policies: ApplicablePolicies = {
    identity: [{ policyId: 'conditions', policy }],
    boundary: null,
    session: null,
    scopeDown: [],
    serviceControl: [],
    resourceControl: [],
    isAccountRoot: false,
  }
  const directory = {
    findTrustingRole: async () => null,
    loadPolicies: async () => policies,
    loadTrustPolicies: async () => policies,
  }
  const actions = conditions.map((_, index) => `x:a${index}`)
  const moment = { nowMs: server.clock.nowMs(), region: 'eu-west-1', secureTransport: false }
  const question = { who, actions, resource: '*', given: new Map(), moment }
  const results = await simulateActions(directory, server.data.store, question)
  return results.map(({ explanation }) => explanation?.decision.effect === 'allow')
}

describe.each([
  ['by SimulatePrincipalPolicy', USER, simulateByServer],
  ['by SimulatePrincipalPolicy', ROLE, simulateByServer],
  ['by the command line', USER, simulateByCommand],
  ['by the command line', ROLE, simulateByCommand],
] as const)('a simulation %s of %s', (_, principal, simulate) => {
  it('has the keys of its real calls, and no others', async () => {
    const real = listReal(principal).map(([key]) => key)
    const keys = [...new Set([...real, ...TABLE_KEYS])]
    const isThere = await simulate(
      principal,
      keys.map(key => ({ Null: { [key]: 'false' } })),
    )
    expect(keys.filter((_key, index) => isThere[index]).toSorted()).toEqual(real.toSorted())
  })

  it('has their values', async () => {
    const pairs = listReal(principal).filter(([key]) => !OF_THE_MOMENT.has(key))
    expect(pairs.length).toBeGreaterThan(10)
    const isEqual = await simulate(
      principal,
      pairs.map(([key, value]) =>
        typeof value === 'string'
          ? { StringEquals: { [key]: value } }
          : { 'ForAnyValue:StringEquals': { [key]: value } },
      ),
    )
    expect(pairs.filter((_pair, index) => !isEqual[index])).toEqual([])
  })
})
