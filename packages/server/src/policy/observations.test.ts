import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { AgreementTally, DECISION_DISAGREEMENTS } from '../../test/support/observations.ts'
import { parsePrincipalTags } from '../principals/tags.ts'
import type { ContextValue } from './decision.ts'
import { evaluateRequest } from './evaluate.ts'
import { parsePolicy } from './parse-policy.ts'
import type { PolicyKind } from './policy-document.ts'
import { createRequestContext } from './request-context.ts'

/** A call of `TagUser` by a session whose policy has one condition. */
interface Observation {
  readonly condition: object
  readonly tags: readonly { readonly Key: string; readonly Value: string }[]
  /** The condition stands in a Deny beside an Allow of everything. */
  readonly deny: boolean
  /** Whether a statement that allows everything stands beside it; a Deny has one in any case. */
  readonly base_allow?: boolean
  readonly code: string
}

/** An attempt to store a policy. */
interface Storage {
  readonly document: object
  readonly code: string
}

interface ObservationFile {
  readonly observations: readonly Observation[]
  readonly policy_storage?: readonly Storage[]
}

const FILES = ['ip', 'sets', 'strings', 'values']

function loadFile(name: string): ObservationFile {
  const url = new URL(`./testdata/observations/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8'))
}

/** The call that was observed, made here: its outcome in the words of the observation. */
function replay({ condition, tags, deny, base_allow: hasBase = deny }: Observation): string {
  const statement = { Action: 'iam:TagUser', Resource: '*' }
  const statements = [
    ...(hasBase ? [{ ...statement, Effect: 'Allow' }] : []),
    { ...statement, Effect: deny ? 'Deny' : 'Allow', Condition: condition },
  ]
  const session = tryParse({ Version: '2012-10-17', Statement: statements }, 'session')
  if (session === null) return 'AssumeRole:MalformedPolicyDocument'
  try {
    parsePrincipalTags(tags.map(({ Key: key, Value: value }) => ({ key, value })))
  } catch {
    return 'ValidationError'
  }
  const keys = tags.map(({ Key }) => Key)
  const pairs: (readonly [string, ContextValue])[] = [
    ...(keys.length === 0 ? [] : [['aws:TagKeys', keys] as const]),
    ...tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value] as const),
  ]
  const allowAll = tryParse(
    { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
    'identity',
  )
  const decision = evaluateRequest(
    { action: 'iam:TagUser', resource: '*', context: createRequestContext(pairs) },
    {
      identity: allowAll === null ? [] : [{ policyId: 'identity', policy: allowAll }],
      boundary: null,
      session: [{ policyId: 'session', policy: session }],
      scopeDown: [],
      serviceControl: [],
      resourceControl: [],
      isAccountRoot: false,
    },
  )
  if (decision.effect === 'deny') return 'AccessDenied'
  // What was allowed without a tag was refused by IAM afterwards.
  return tags.length === 0 ? 'InvalidInput' : 'Success'
}

function replayStorage({ document }: Storage): string {
  return tryParse(document, 'identity') === null ? 'MalformedPolicyDocument' : 'Success'
}

function tryParse(document: object, kind: PolicyKind): ReturnType<typeof parsePolicy> | null {
  try {
    return parsePolicy(JSON.stringify(document), kind)
  } catch {
    return null
  }
}

function findDisagreements({ observations, policy_storage: storage = [] }: ObservationFile) {
  const outcomes = [
    ...observations.map(each => [each, replay(each)] as const),
    ...storage.map(each => [each, replayStorage(each)] as const),
  ]
  const disagreeing = outcomes.filter(([{ code }, outcome]) => outcome !== code)
  return {
    total: outcomes.length,
    disagreeing: disagreeing.map(([each, outcome]) => `${JSON.stringify(each)}: ${outcome} here`),
  }
}

const tally = new AgreementTally()
afterAll(() => tally.print())

describe('what IAM was seen to decide', () => {
  for (const file of FILES) {
    const { total, disagreeing } = findDisagreements(loadFile(file))
    for (let index = 0; index < total; index += 1) {
      tally.add(`${file}.json, decisions`, index >= disagreeing.length)
    }
    const title = `${file}: ${total - disagreeing.length} of ${total} agree`
    test(title, () => {
      expect(disagreeing.filter(each => findReason(each) === null)).toEqual([])
    })
    test.each(disagreeing.map(each => [findReason(each), each]))(
      `${file}: we disagree because %s: %s`,
      reason => expect(reason).not.toBeNull(),
    )
  }

  test('every reason is still needed', () => {
    const all = FILES.flatMap(file => findDisagreements(loadFile(file)).disagreeing)
    const needless = DECISION_DISAGREEMENTS.filter(
      ({ about }) => !all.some(each => each.includes(about)),
    )
    expect(needless).toEqual([])
  })
})

function findReason(disagreement: string): string | null {
  const known = DECISION_DISAGREEMENTS.find(({ about }) => disagreement.includes(about))
  return known?.reason ?? null
}
