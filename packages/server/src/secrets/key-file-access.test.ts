import { expect, it } from 'vitest'
import { findOpenAccess, type KeyFileFacts, type KeyReader } from './key-file-access.ts'
import type { AclEntry } from './posix-acl.ts'

const SERVICE: KeyReader = { userId: 970, groupIds: [970, 2000] }
const ROOT: KeyReader = { userId: 0, groupIds: [0] }

const FACTS: KeyFileFacts = {
  path: '/keys/master.key',
  mode: 0o100_400,
  ownerId: 970,
  groupId: 970,
  acl: 'none',
  delivery: 'file',
}
const DELIVERED = { ownerId: 0, groupId: 2000, mode: 0o440 }

/** A list as systemd writes it: the owner, one user, and nobody else. */
function listFor(changes: Partial<AclEntry>): readonly AclEntry[] {
  return [
    { tag: 'owner', id: -1, permissions: 4 },
    { tag: 'user', id: 970, permissions: 4, ...changes },
    { tag: 'owning-group', id: -1, permissions: 0 },
    { tag: 'mask', id: -1, permissions: 4 },
    { tag: 'others', id: -1, permissions: 0 },
  ]
}
const CREDENTIAL = { ownerId: 0, groupId: 0, mode: 0o440, acl: listFor({}) }

it.each<[what: string, Partial<KeyFileFacts>, KeyReader?]>([
  ['a file of its own, 0400', {}],
  ['a file of its own, 0600', { mode: 0o600 }],
  ['0400 of root, for root', { ownerId: 0 }, ROOT],
  ['0600 of the service, for root', { mode: 0o600 }, ROOT],
  [
    '0400 of root, where root itself reads and another group has it',
    { ownerId: 0, groupId: 7 },
    ROOT,
  ],
  ['0440 of root and a group of the service, as with fsGroup', DELIVERED],
  ['the same with 0640', { ...DELIVERED, mode: 0o640 }],
  ['0440 of root and the first group', { ...DELIVERED, groupId: 970 }],
  ['a credential of systemd, by a list', CREDENTIAL],
  ['the same where no list can be read', { ...CREDENTIAL, acl: null, delivery: 'systemd' }],
  [
    'a list by which the service may also write',
    { ...CREDENTIAL, acl: listFor({ permissions: 6 }) },
  ],
  ['a list that names root', { ...CREDENTIAL, acl: listFor({ id: 0 }) }],
  [
    'a list for a group of the service',
    { ...CREDENTIAL, acl: listFor({ tag: 'group', id: 2000 }) },
  ],
  [
    'a list that names another without any right',
    { ...CREDENTIAL, acl: listFor({ id: 33, permissions: 0 }) },
  ],
  [
    'a list whose mask takes the right of another away',
    {
      ...CREDENTIAL,
      mode: 0o410,
      acl: listFor({ id: 33 }).map(each =>
        each.tag === 'mask' ? { ...each, permissions: 1 } : each,
      ),
    },
  ],
  ['a list that cannot be read, on a file with no bits for it', { acl: null }],
])('lets in: %s', (_what, changes, reader = SERVICE) => {
  expect(findOpenAccess({ ...FACTS, ...changes }, reader)).toBeNull()
})

it.each<[what: string, Partial<KeyFileFacts>, fault: string, KeyReader?]>([
  ['0604', { mode: 0o604 }, 'has mode 0604, so every user of this machine may use it'],
  ['0601', { mode: 0o601 }, 'has mode 0601, so every user of this machine may use it'],
  [
    'a file of another user',
    { ownerId: 33 },
    'belongs to user 33, who is neither root nor the user 970 of this process',
  ],
  [
    '0440 of another user and a group of the service',
    { ...DELIVERED, ownerId: 33 },
    'belongs to user 33, who is neither root nor the user 970 of this process',
  ],
  [
    '0440 of root and another group',
    { ...DELIVERED, groupId: 33 },
    'has mode 0440, so group 33 may use it, which is no group of this process',
  ],
  [
    'the same for root',
    { ...DELIVERED, groupId: 33 },
    'has mode 0440, so group 33 may use it, which is no group of this process',
    ROOT,
  ],
  [
    '0640 of the service, whose group may be that of many',
    { mode: 0o640 },
    'has mode 0640, so group 970 may use it, and not its owner alone',
  ],
  [
    '0460 of root',
    { ...DELIVERED, mode: 0o460 },
    'has mode 0460, so its group may do more than read it',
  ],
  [
    '0410 of root',
    { ...DELIVERED, mode: 0o410 },
    'has mode 0410, so its group may do more than read it',
  ],
  [
    'a list for another user',
    { ...CREDENTIAL, acl: listFor({ id: 33 }) },
    'has an access control list by which user 33 may use it',
  ],
  [
    'a list by which another user may write',
    {
      ...CREDENTIAL,
      mode: 0o460,
      acl: listFor({ id: 33, permissions: 2 }).filter(({ tag }) => tag !== 'mask'),
    },
    'has an access control list by which user 33 may use it',
  ],
  [
    'a list for another group',
    { ...CREDENTIAL, acl: listFor({ tag: 'group', id: 33 }) },
    'has an access control list by which group 33 may use it, which is no group of this process',
  ],
  [
    'a list that leaves the right to the group of the file',
    { ...CREDENTIAL, groupId: 33, acl: listFor({ tag: 'owning-group' }) },
    'has an access control list by which group 33 may use it, which is no group of this process',
  ],
  [
    'a list by which a group of the service may write',
    {
      ...CREDENTIAL,
      acl: listFor({ tag: 'group', id: 2000, permissions: 6 }).filter(({ tag }) => tag !== 'mask'),
    },
    'has an access control list by which group 2000 may write it',
  ],
  [
    'a list that cannot be read',
    { ...DELIVERED, acl: null },
    'has mode 0440 and may have an access control list, which cannot be read here: that takes Linux and the npm package koffi',
  ],
  [
    'one that cannot be read on a file that systemd has not delivered',
    { ...CREDENTIAL, acl: null },
    'has mode 0440, so group 0 may use it, which is no group of this process',
  ],
  [
    'a credential without any list, so that the group of the file may read it',
    { ...CREDENTIAL, acl: 'none', delivery: 'systemd' },
    'has mode 0440, so group 0 may use it, which is no group of this process',
  ],
  [
    'a credential that a group may write',
    { ...CREDENTIAL, mode: 0o460, acl: null, delivery: 'systemd' },
    'has mode 0460, so its group may do more than read it',
  ],
])('keeps out: %s', (_what, changes, fault, reader = SERVICE) => {
  expect(findOpenAccess({ ...FACTS, ...changes }, reader)).toMatch(`${fault}; `)
})

it.each<[Partial<KeyFileFacts>, remedy: string]>([
  [{ mode: 0o644 }, 'run: chmod 600 /keys/master.key'],
  [{ mode: 0o644, acl: null }, 'run: chmod 600 /keys/master.key'],
  [
    { ...CREDENTIAL, acl: listFor({ id: 33 }) },
    'run: setfacl -b /keys/master.key && chmod 600 /keys/master.key',
  ],
  [
    { mode: 0o644, delivery: 'kubernetes' },
    'in the pod, set `defaultMode: 0400` for the Secret volume, and `securityContext.fsGroup` to a group of the service alone',
  ],
  [
    { mode: 0o444, delivery: 'systemd' },
    'in the unit, deliver it with `LoadCredential=` and let no other user in',
  ],
])('%j is mended where it comes from', (changes, remedy) => {
  expect(
    findOpenAccess({ ...FACTS, ...changes }, SERVICE)
      ?.split('; ')
      .at(-1),
  ).toBe(remedy)
})
