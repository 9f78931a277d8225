import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseAccountId } from '../principals/identifiers.ts'
import { type Store, StoreError } from '../store/ports.ts'
import {
  ACCOUNT_ID,
  createControlPolicy,
  createGroup,
  createGroupId,
  createKey,
  createKeyId,
  createManagedPolicy,
  createPolicyVersion,
  createRole,
  createRoleId,
  createUser,
  createUserId,
} from '../store/test/records.ts'
import { createDirectory, type Directory } from './directory.ts'
import {
  createSession,
  createWorld,
  formatPolicy,
  OPEN_SEALER,
  SESSION_KEY_ID,
} from './test/world.ts'

const PLACES = [
  null,
  { organizationId: 'o-abcdefghij', path: ['r-ab12'], isManagementAccount: false },
  { organizationId: 'o-abcdefghij', path: ['r-ab12'], isManagementAccount: true },
]
const POLICIES = [1, 2].map(number => createManagedPolicy(number))
const ROLE_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/x/role-0001`
const HOLDERS = [createUserId(1), createGroupId(1), createRoleId(1)]

type Write = (store: Store) => Promise<void>

const policy = fc.constantFrom(...POLICIES)
const holder = fc.constantFrom(...HOLDERS)
const document = fc
  .tuple(fc.constantFrom('Allow' as const, 'Deny' as const), fc.constantFrom('s3:*', 'sts:*'))
  .map(([effect, action]) => formatPolicy(effect, action))
const boundary = fc.constantFrom(null, ...POLICIES.map(({ arn }) => arn))
const version = fc.constantFrom(2, 3)

/** Any write that could change what a caller is or may do. Many are refused, and change nothing. */
const anyWrite: fc.Arbitrary<Write> = fc.oneof(
  fc.constantFrom(...PLACES).map(
    (place): Write =>
      s =>
        s.placeAccount(ACCOUNT_ID, place),
  ),
  fc.constantFrom<Write>(
    s => s.createUser(createUser(1)),
    s => s.deleteUser(ACCOUNT_ID, createUserId(1)),
    s => s.createAccessKey(createKey(1, { userId: createUserId(1) })),
    s => s.deleteAccessKey(createKeyId(1)),
    s => s.saveAccessKeyStatus(createKeyId(1), 'Inactive'),
    s => s.saveAccessKeyStatus(createKeyId(1), 'Active'),
    s => s.createGroup(createGroup(1)),
    s => s.deleteGroup(ACCOUNT_ID, createGroupId(1)),
    s => s.addGroupMember(ACCOUNT_ID, createGroupId(1), createUserId(1)),
    s => s.removeGroupMember(ACCOUNT_ID, createGroupId(1), createUserId(1)),
    s => s.createRole(createRole(1, { path: '/x/', trustPolicy: TRUST })),
    s => s.createRole(createRole(2, { name: 'role-0001', path: '/x/', trustPolicy: TRUST })),
    s => s.deleteRole(ACCOUNT_ID, createRoleId(1)),
    s => s.deleteRole(ACCOUNT_ID, createRoleId(2)),
    s => s.saveUserTags(ACCOUNT_ID, createUserId(1), [{ key: 'a', value: 'b' }]),
    s => s.saveUserTags(ACCOUNT_ID, createUserId(1), []),
  ),
  boundary.map(
    (permissionsBoundaryArn): Write =>
      s =>
        s.saveUser(createUser(1, { permissionsBoundaryArn })),
  ),
  fc
    .tuple(boundary, fc.constantFrom('/', '/x/'), fc.constantFrom(null, 9_000, 11_000), document)
    .map(
      ([permissionsBoundaryArn, path, sessionsRevokedBeforeMs]): Write =>
        s =>
          s.saveRole(
            createRole(1, {
              permissionsBoundaryArn,
              path,
              sessionsRevokedBeforeMs,
              trustPolicy: TRUST,
            }),
          ),
    ),
  fc.tuple(holder, document).map(
    ([id, text]): Write =>
      s =>
        s.saveInlinePolicy(ACCOUNT_ID, id, { name: 'p', document: text }),
  ),
  holder.map(
    (id): Write =>
      s =>
        s.deleteInlinePolicy(ACCOUNT_ID, id, 'p'),
  ),
  fc.tuple(holder, policy).map(
    ([id, { arn }]): Write =>
      s =>
        s.attachPolicy(ACCOUNT_ID, id, arn),
  ),
  fc.tuple(holder, policy).map(
    ([id, { arn }]): Write =>
      s =>
        s.detachPolicy(ACCOUNT_ID, id, arn),
  ),
  fc.tuple(policy, document).map(
    ([created, text]): Write =>
      s =>
        s.createManagedPolicy(created, createPolicyVersion(1, text)),
  ),
  policy.map(
    ({ arn }): Write =>
      s =>
        s.deleteManagedPolicy(ACCOUNT_ID, arn),
  ),
  fc.tuple(policy, version, document).map(
    ([changed, number, text]): Write =>
      s =>
        s.createPolicyVersion(
          { ...changed, defaultVersionId: `v${number}` },
          createPolicyVersion(number, text),
        ),
  ),
  fc.tuple(policy, fc.constantFrom('v1', 'v2', 'v3')).map(
    ([changed, defaultVersionId]): Write =>
      s =>
        s.saveManagedPolicy({ ...changed, defaultVersionId }),
  ),
  fc.tuple(fc.constantFrom('r-ab12', ACCOUNT_ID), document).map(
    ([targetId, text]): Write =>
      s =>
        s.saveControlPolicy(createControlPolicy({ targetId, document: text })),
  ),
  fc.constantFrom('r-ab12', ACCOUNT_ID).map(
    (targetId): Write =>
      s =>
        s.deleteControlPolicy(createControlPolicy({ targetId })),
  ),
)

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: ACCOUNT_ID }, Action: 'sts:AssumeRole' },
})

/** All that a directory can say of this small world. */
async function readEverything(directory: Directory) {
  const accountId = parseAccountId(ACCOUNT_ID)
  const user = {
    kind: 'user',
    accountId,
    userId: createUserId(1),
    parentAccessKeyId: createKeyId(1),
  } as const
  const policyArns = POLICIES.map(({ arn }) => arn)
  const federated = createSession({ kind: 'federated-user', policyArns })
  const roles = [createRoleId(1), createRoleId(2)].map(
    roleId => ({ kind: 'role', accountId, roleId }) as const,
  )
  const credential = await directory.findCredential(createKeyId(1))
  const callers = [
    credential?.caller ?? null,
    await directory.findSessionPrincipal({ principal: user, session: federated }, SESSION_KEY_ID),
    ...(await Promise.all(
      roles.map(principal =>
        directory.findSessionPrincipal({ principal, session: createSession() }, SESSION_KEY_ID),
      ),
    )),
  ]
  const policies = await Promise.all(
    callers.map(caller => (caller === null ? null : directory.loadPolicies(caller))),
  )
  const trustingRole = await directory.findTrustingRole(ROLE_ARN)
  return { callers, policies, trustingRole }
}

it('answers after any writes as a directory that has never been asked before', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyWrite, { minLength: 5, maxLength: 25 }), async writes => {
      const { store, directory, follow } = await createWorld({ maxEntries: 3 })
      for (const write of writes) {
        await write(store).catch(error => {
          if (!(error instanceof StoreError)) throw error
        })
        await follow()
        const fresh = createDirectory({ store, sealer: OPEN_SEALER, maxEntries: 3 })
        expect(await readEverything(directory)).toEqual(await readEverything(fresh))
      }
    }),
    { numRuns: 60 },
  )
})
