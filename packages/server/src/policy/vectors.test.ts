import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseAccountId } from '../principals/identifiers.ts'
import type { ApplicablePolicies, AppliedPolicy, TrustedResource } from './applicable-policies.ts'
import type { AuthorizationRequest, ContextValue, Decision } from './decision.ts'
import { evaluateRequest, evaluateTrust } from './evaluate.ts'
import { explainRequest, explainTrust } from './explain.ts'
import type { RequestPrincipal } from './match-principal.ts'
import { parsePolicy } from './parse-policy.ts'
import type { PolicyKind } from './policy-document.ts'
import { createRequestContext } from './request-context.ts'

/** A policy document; a list of statements stands for one of version 2012-10-17. */
type Document = object

/** What a file of vectors gives for all of its vectors. */
interface Defaults {
  readonly action: string
  readonly resource: string
}

interface Vector extends Partial<Defaults> {
  readonly name: string
  readonly context?: Readonly<Record<string, ContextValue>>
  readonly identity?: readonly Document[]
  readonly boundary?: Document
  readonly session?: readonly Document[]
  readonly scopeDown?: readonly Document[]
  readonly scp?: readonly (readonly Document[])[]
  readonly rcp?: readonly (readonly Document[])[]
  readonly root?: true
  readonly trust?: Document
  /** A name of the file's `principals`. */
  readonly principal?: string
  readonly roleAccount?: string
  readonly expect: 'allow' | 'explicit deny' | 'implicit deny'
  readonly layer?: string
  /** `POLICY#STATEMENT`, in their order. */
  readonly statements?: readonly string[]
}

/** A condition that is tried in an Allow and in a Deny. */
interface ConditionVector {
  readonly name: string
  readonly condition: object
  readonly context: Readonly<Record<string, ContextValue>>
  /** `session`: only a session policy may hold it. */
  readonly kind?: 'session'
  /** `none`: the document has no version. */
  readonly version?: string
  readonly matches: boolean | { readonly Allow: boolean; readonly Deny: boolean }
}

interface VectorFile {
  readonly defaults?: Defaults
  readonly principals?: Readonly<Record<string, RequestPrincipal>>
  readonly vectors: readonly (Vector | ConditionVector)[]
}

const FOLDER = new URL('./testdata/', import.meta.url)
const DEFAULTS: Defaults = { action: 'sts:Test', resource: '*' }
const ALLOW_ALL = [{ Effect: 'Allow', Action: '*', Resource: '*' }]

function loadFiles(): readonly (readonly [file: string, content: VectorFile])[] {
  return readdirSync(FOLDER)
    .filter(file => file.endsWith('.json'))
    .map(file => [file, JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))])
}

/** A condition vector as two whole ones. */
function expand(vector: Vector | ConditionVector): readonly Vector[] {
  if (!('condition' in vector)) return [vector]
  const { name, condition, context, kind, version = '2012-10-17', matches } = vector
  const { Allow, Deny } = typeof matches === 'object' ? matches : { Allow: matches, Deny: matches }
  const applied = (Effect: string, Sid: string) => ({
    ...(version === 'none' ? {} : { Version: version }),
    Statement: { Sid, Effect, Action: '*', Resource: '*', Condition: condition },
  })
  const [layer, id] =
    kind === 'session' ? ['session policy', 'session/0'] : ['identity-based policy', 'identity/0']
  const place = (documents: readonly Document[]) =>
    kind === 'session' ? { identity: [ALLOW_ALL], session: documents } : { identity: documents }
  return [
    {
      name: `${name} (in an Allow)`,
      context,
      ...place([applied('Allow', 'A')]),
      ...(Allow ? { expect: 'allow' } : { expect: 'implicit deny', layer, statements: [] }),
    },
    {
      name: `${name} (in a Deny)`,
      context,
      ...place([applied('Deny', 'D'), ALLOW_ALL]),
      ...(Deny ? { expect: 'explicit deny', layer, statements: [`${id}#D`] } : { expect: 'allow' }),
    },
  ]
}

function applyPolicy(document: Document, kind: PolicyKind, policyId: string): AppliedPolicy {
  // Vectors are about decisions; some of their policies could not be written today.
  const whole = Array.isArray(document) ? { Version: '2012-10-17', Statement: document } : document
  return { policyId, policy: parsePolicy(JSON.stringify(whole), kind, { isStored: true }) }
}

function createPolicies(vector: Vector): ApplicablePolicies {
  const list = (documents: readonly Document[] = [], kind: PolicyKind, id: string = kind) =>
    documents.map((document, index) => applyPolicy(document, kind, `${id}/${index}`))
  const levels = (documents: Vector['scp'] = [], kind: PolicyKind) =>
    documents.map((level, index) => list(level, kind, `${kind}/${index}`))
  return {
    identity: list(vector.identity, 'identity'),
    boundary:
      vector.boundary === undefined ? null : applyPolicy(vector.boundary, 'boundary', 'boundary'),
    session: vector.session === undefined ? null : list(vector.session, 'session'),
    scopeDown: list(vector.scopeDown, 'session', 'scopeDown'),
    serviceControl: levels(vector.scp, 'scp'),
    resourceControl: levels(vector.rcp, 'rcp'),
    isAccountRoot: vector.root === true,
  }
}

function createTrusted(
  vector: Vector,
  principals: VectorFile['principals'] = {},
): TrustedResource | null {
  if (vector.trust === undefined) return null
  const principal = principals[vector.principal ?? '']
  if (principal === undefined) throw new Error(`no principal in the vector ${vector.name}`)
  return {
    ...applyPolicy(vector.trust, 'trust', 'trust'),
    accountId: parseAccountId(vector.roleAccount ?? '123456789012'),
    principal,
  }
}

function summarize(decision: Decision): Pick<Vector, 'expect' | 'layer' | 'statements'> {
  const statements = decision.statements.map(
    ({ policyId, statementId }) => `${policyId}#${statementId}`,
  )
  if (decision.effect === 'allow') return { expect: 'allow', statements }
  return { expect: `${decision.kind} deny`, layer: decision.layer, statements }
}

for (const [file, { defaults = DEFAULTS, principals, vectors }] of loadFiles()) {
  describe(file, () => {
    const rows = vectors.flatMap(expand).map(vector => [vector.name, vector] as const)
    test.each(rows)('%s', (_, vector) => {
      const { action, resource } = { ...defaults, ...vector }
      const context = createRequestContext(Object.entries(vector.context ?? {}))
      const request: AuthorizationRequest = { action, resource, context }
      const policies = createPolicies(vector)
      const trusted = createTrusted(vector, principals)
      const decision =
        trusted === null
          ? evaluateRequest(request, policies)
          : evaluateTrust(request, policies, trusted)
      const { expect: effect, layer, statements } = vector
      expect(summarize(decision)).toMatchObject({
        expect: effect,
        ...(layer === undefined ? {} : { layer }),
        ...(statements === undefined ? {} : { statements }),
      })
      const explanation =
        trusted === null
          ? explainRequest(request, policies)
          : explainTrust(request, policies, trusted)
      expect(explanation.decision).toEqual(decision)
    })
  })
}

test('there are at least 450 vectors, and no two of a file have the same name', () => {
  const files = loadFiles()
  expect(files.flatMap(([, { vectors }]) => vectors).length).toBeGreaterThanOrEqual(450)
  for (const [file, { vectors }] of files) {
    const names = vectors.map(({ name }) => name)
    expect([file, new Set(names).size]).toEqual([file, names.length])
  }
})
