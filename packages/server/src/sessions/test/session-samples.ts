import fc from 'fast-check'
import {
  type AccessKeyId,
  formatAccessKeyId,
  formatUniqueId,
  parseAccountId,
} from '../../principals/identifiers.ts'
import type { IdentityContext } from '../../principals/identity-context.ts'
import type { Session } from '../../principals/session.ts'
import type { SessionPrincipal } from '../../principals/session-principal.ts'

/** A session of a role with nothing optional. */
export const PLAIN_SESSION: Session = {
  kind: 'assumed-role',
  name: 'build',
  issuedAtMs: 1_800_000_000_000,
  expiresAtMs: 1_800_003_600_000,
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

/** The role that {@link PLAIN_SESSION} is of. */
export const ROLE_PRINCIPAL: SessionPrincipal = {
  kind: 'role',
  accountId: parseAccountId('000123456789'),
  roleId: formatUniqueId('role', new Uint8Array(17).fill(7)),
}

const text = (maxLength: number) => fc.string({ unit: 'grapheme', maxLength })
const optionalText = fc.option(text(64), { nil: null })
const timeMs = fc.nat({ max: 4_000_000_000_000 })

const ANY_WEB_IDENTITY = fc.option(
  fc.record(
    {
      subject: text(64),
      audience: text(64),
      authenticationMethods: fc.option(fc.array(text(10), { maxLength: 3 }), { nil: null }),
    },
    { noNullPrototype: true },
  ),
  { nil: null },
)

const ANY_IDENTITY_CONTEXT: fc.Arbitrary<IdentityContext | null> = fc.option(
  fc.record(
    {
      origin: fc.record(
        {
          subject: text(64),
          subjectType: fc.constantFrom('user', 'workload', null),
          issuer: text(64),
          federatedProvider: text(64),
        },
        { noNullPrototype: true },
      ),
      claims: fc
        .array(fc.tuple(text(20), text(40)), { maxLength: 10 })
        .map(entries => new Map(entries)),
    },
    { noNullPrototype: true },
  ),
  { nil: null },
)

/** Sessions of every kind, with texts in every script. */
export const ANY_SESSION: fc.Arbitrary<Session> = fc.record(
  {
    kind: fc.constantFrom('assumed-role', 'federated-user', 'session-token'),
    name: optionalText,
    issuedAtMs: timeMs,
    expiresAtMs: timeMs.map(ms => ms + 1),
    tags: fc.array(fc.record({ key: text(20), value: text(20) }, { noNullPrototype: true }), {
      maxLength: 20,
    }),
    transitiveTagKeys: fc.array(text(20), { maxLength: 20 }),
    sourceIdentity: optionalText,
    federatedProvider: optionalText,
    webIdentity: ANY_WEB_IDENTITY,
    isChained: fc.boolean(),
    inlinePolicy: fc.option(text(1000), { nil: null }),
    policyArns: fc.array(text(60), { maxLength: 10 }),
    computeContext: fc
      .array(fc.tuple(text(20), text(40)), { maxLength: 10 })
      .map(entries => new Map(entries)),
    scopeDownPolicies: fc.array(text(100), { maxLength: 3 }),
    identityContext: ANY_IDENTITY_CONTEXT,
  },
  { noNullPrototype: true },
)

const accountId = fc
  .nat({ max: 999_999_999_999 })
  .map(n => parseAccountId(`${n}`.padStart(12, '0')))
const bytes = fc.uint8Array({ minLength: 17, maxLength: 17 })
const parentAccessKeyId: fc.Arbitrary<AccessKeyId> = bytes.map(b => formatAccessKeyId('AKIA', b))

/** Principals of every kind. */
export const ANY_PRINCIPAL: fc.Arbitrary<SessionPrincipal> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('role' as const),
      accountId,
      roleId: bytes.map(b => formatUniqueId('role', b)),
    },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      kind: fc.constant('user' as const),
      accountId,
      userId: bytes.map(b => formatUniqueId('user', b)),
      parentAccessKeyId,
    },
    { noNullPrototype: true },
  ),
  fc.record(
    { kind: fc.constant('root' as const), accountId, parentAccessKeyId },
    { noNullPrototype: true },
  ),
)
