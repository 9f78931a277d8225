import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ApplicablePolicies, AppliedPolicy } from './applicable-policies.ts'
import type { AuthorizationRequest, Decision } from './decision.ts'
import { evaluateRequest } from './evaluate.ts'
import { parsePolicy } from './parse-policy.ts'
import type { PolicyKind } from './policy-document.ts'
import { createRequestContext } from './request-context.ts'

type Statement = Readonly<Record<string, unknown>>
type Layers = Readonly<
  Record<'identity' | 'boundary' | 'session' | 'scopeDown', readonly (readonly Statement[])[]>
> & {
  readonly scp: readonly (readonly (readonly Statement[])[])[]
}

const actions = fc.constantFrom('*', 'sts:*', 'sts:A', 'sts:B', 'STS:a', 'iam:A')
const resources = fc.constantFrom('*', 'arn:aws:sts::1:a', 'arn:aws:sts::*:?', 'arn:aws:sts::2:b')
const texts = fc.constantFrom('x', 'y', 'x*', '*')
const conditions = fc.oneof(
  fc.constant({}),
  fc
    .tuple(
      fc.constantFrom('', 'ForAllValues:', 'ForAnyValue:'),
      fc.constantFrom('StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'),
      fc.constantFrom('', 'IfExists'),
      fc.constantFrom('k:one', 'k:many', 'k:none'),
      fc.array(texts, { minLength: 1, maxLength: 2 }),
    )
    .map(([prefix, operator, suffix, key, values]) => ({
      [`${prefix}${operator}${suffix}`]: { [key]: values },
    })),
  fc
    .tuple(fc.constantFrom('k:one', 'k:many', 'k:none'), fc.constantFrom('true', 'false'))
    .map(([key, asked]) => ({ Null: { [key]: asked } })),
)
const statements: fc.Arbitrary<Statement> = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    action: fc.tuple(fc.constantFrom('Action', 'Action', 'NotAction'), actions),
    resource: fc.tuple(fc.constantFrom('Resource', 'Resource', 'NotResource'), resources),
    Condition: conditions,
  })
  .map(({ action, resource, ...rest }) => ({
    ...rest,
    ...Object.fromEntries([action, resource]),
  }))
const policy = fc.array(statements, { minLength: 1, maxLength: 4 })
const policies = fc.array(policy, { maxLength: 3 })
const layersOf: fc.Arbitrary<Layers> = fc.record({
  identity: policies,
  boundary: fc.array(policy, { maxLength: 1 }),
  session: policies,
  scopeDown: fc.array(policy, { maxLength: 2 }),
  scp: fc.array(policies, { maxLength: 2 }),
})
const requests: fc.Arbitrary<AuthorizationRequest> = fc.record({
  action: fc.constantFrom('sts:A', 'sts:b', 'iam:A'),
  resource: fc.constantFrom('*', 'arn:aws:sts::1:a', 'arn:aws:sts::2:b'),
  context: fc.tuple(texts, fc.array(texts, { maxLength: 2 })).map(([one, many]) =>
    createRequestContext([
      ['k:one', one],
      ['k:many', many],
    ]),
  ),
})

function apply(kind: PolicyKind, documents: readonly (readonly Statement[])[]): AppliedPolicy[] {
  return documents.map((document, index) => ({
    policyId: `${kind}${index}`,
    policy: parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: document }), kind),
  }))
}

function evaluate(request: AuthorizationRequest, layers: Layers): Decision {
  const applied: ApplicablePolicies = {
    identity: apply('identity', layers.identity),
    boundary: apply('boundary', layers.boundary)[0] ?? null,
    session: layers.session.length === 0 ? null : apply('session', layers.session),
    scopeDown: apply('session', layers.scopeDown),
    serviceControl: layers.scp.map(level => apply('scp', level)),
    resourceControl: [],
    isAccountRoot: false,
  }
  return evaluateRequest(request, applied)
}

/** What of a decision must not depend on any order. */
function summarize(decision: Decision): string {
  return decision.effect === 'allow' ? 'allow' : `${decision.kind} ${decision.layer}`
}

const LAYER_NAMES = ['identity', 'boundary', 'session', 'scopeDown'] as const

describe('evaluateRequest', () => {
  test('adding a Deny never turns a denial into an allowance', () => {
    const denials = statements.map(statement => ({ ...statement, Effect: 'Deny' }))
    fc.assert(
      fc.property(
        requests,
        layersOf,
        denials,
        fc.constantFrom(...LAYER_NAMES),
        (request, layers, denial, name) => {
          const first = layers[name][0] ?? []
          const more = { ...layers, [name]: [[...first, denial], ...layers[name].slice(1)] }
          // A boundary or a session policy that was not there before only restricts.
          if (evaluate(request, layers).effect === 'deny') {
            expect(evaluate(request, more).effect).toBe('deny')
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  test('one more scope-down policy never turns a denial into an allowance', () => {
    fc.assert(
      fc.property(requests, layersOf, policy, (request, layers, added) => {
        const more = { ...layers, scopeDown: [...layers.scopeDown, added] }
        if (evaluate(request, layers).effect === 'deny') {
          expect(evaluate(request, more).effect).toBe('deny')
        }
      }),
      { numRuns: 500 },
    )
  })

  test('a Deny of everything denies, whatever else is there', () => {
    const everything = { Effect: 'Deny', Action: '*', Resource: '*' }
    fc.assert(
      fc.property(requests, layersOf, fc.nat(3), (request, layers, at) => {
        const identity = [...layers.identity]
        identity.splice(at, 0, [everything])
        expect(evaluate(request, { ...layers, identity })).toMatchObject({ kind: 'explicit' })
      }),
      { numRuns: 200 },
    )
  })

  test('the order of statements, policies and levels never matters', () => {
    const turn = (documents: readonly (readonly Statement[])[]) =>
      documents.map(document => document.toReversed()).toReversed()
    fc.assert(
      fc.property(requests, layersOf, (request, layers) => {
        const turned = {
          identity: turn(layers.identity),
          boundary: turn(layers.boundary),
          session: turn(layers.session),
          scopeDown: turn(layers.scopeDown),
          scp: layers.scp.map(turn).toReversed(),
        }
        expect(summarize(evaluate(request, turned))).toBe(summarize(evaluate(request, layers)))
      }),
      { numRuns: 500 },
    )
  })

  test('splitting a policy into one for each statement changes nothing', () => {
    fc.assert(
      fc.property(requests, layersOf, (request, layers) => {
        const identity = layers.identity.flatMap(document => document.map(one => [one]))
        const split = { ...layers, identity }
        expect(summarize(evaluate(request, split))).toBe(summarize(evaluate(request, layers)))
      }),
      { numRuns: 200 },
    )
  })

  test('a layer that allows everything takes nothing away', () => {
    const all = [[{ Effect: 'Allow', Action: '*', Resource: '*' }]]
    fc.assert(
      fc.property(requests, policies, (request, identity) => {
        const none = { boundary: [], session: [], scopeDown: [], scp: [] }
        const bare = evaluate(request, { identity, ...none })
        const each = { boundary: all, session: all, scopeDown: [...all, ...all], scp: [all, all] }
        const full = evaluate(request, { identity, ...each })
        expect(summarize(full)).toBe(summarize(bare))
      }),
      { numRuns: 200 },
    )
  })
})

describe('what is unknown', () => {
  const known = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']
  const names = fc
    .string({ maxLength: 12 })
    .filter(
      name => !/^(Sid|(Not)?(Action|Resource)|Effect|Condition|Principal|NotPrincipal)$/.test(name),
    )
  const parse = (document: object) => parsePolicy(JSON.stringify(document), 'identity')
  const statement = { Effect: 'Allow', Action: '*', Resource: '*' }

  test('an element that is not known is refused by its name', () => {
    fc.assert(
      fc.property(names, name => {
        expect(known).not.toContain(name)
        const message = `Unknown element ${JSON.stringify(name)}`
        expect(() => parse({ Statement: { ...statement, [name]: 'x' } })).toThrow(message)
      }),
    )
  })

  test('an operator that is not known is refused by its name', () => {
    const letters = fc.string({
      unit: fc.constantFrom(...'SstringEqualsLikeNotForAllIfExists:'),
      maxLength: 20,
    })
    fc.assert(
      fc.property(letters, fc.constantFrom('', 'StringEquals', 'Null'), (text, base) => {
        const operator = `${text}${base}x`
        const Condition = { [operator]: { 'a:b': 'true' } }
        const message = `Invalid Condition type : ${JSON.stringify(operator)}`
        expect(() => parse({ Statement: { ...statement, Condition } })).toThrow(message)
      }),
    )
  })
})
