import { formatMode } from '../runtime/private-mode.ts'
import type { AclEntry } from './posix-acl.ts'

/** What the system says of a file that holds a key. */
export interface KeyFileFacts {
  readonly path: string
  readonly mode: number
  readonly ownerId: number
  readonly groupId: number
  /** `none`: the mode says everything. Null: nobody can tell whether there is a list. */
  readonly acl: readonly AclEntry[] | 'none' | null
  /** How it got onto the machine. It decides what mends a fault. */
  readonly delivery: KeyDelivery
}

/** Delivered as a Secret volume of Kubernetes, as a credential of systemd, or just a file. */
export type KeyDelivery = 'kubernetes' | 'systemd' | 'file'

/** The process that reads the key. */
export interface KeyReader {
  readonly userId: number
  /** Its group, and those that it is in besides. */
  readonly groupIds: readonly number[]
}

const ROOT = 0
const GROUP_BITS = 0o070
const GROUP_READS = 0o040
const OTHERS_BITS = 0o007
const READS = 4
const WRITES = 2

/**
 * Why a file is too open for a key; null when it is not. It may be read by its owner, who is root or
 * the user of this process, by a group of this process, and by those whom its access control list names
 * if they are these. Nobody but the owner may write it. What can't be seen is taken for open.
 */
export function findOpenAccess(facts: KeyFileFacts, reader: KeyReader): string | null {
  const fault = findFault(facts, reader)
  return fault === null ? null : `${fault}; ${findRemedy(facts)}`
}

function findFault(facts: KeyFileFacts, reader: KeyReader): string | null {
  const { mode, ownerId, groupId, acl, delivery } = facts
  const hasMode = `has mode ${formatMode(mode)}`
  if ((mode & OTHERS_BITS) !== 0) return `${hasMode}, so every user of this machine may use it`
  if (!isUser(ownerId, reader)) {
    return `belongs to user ${ownerId}, who is neither root nor the user ${reader.userId} of this process`
  }
  // With a list, the bits of the group are the most that anybody whom the list names may do.
  if ((mode & GROUP_BITS) === 0) return null
  if (acl !== null && acl !== 'none') return findFaultOfAcl(acl, facts, reader)
  if ((mode & GROUP_BITS) !== GROUP_READS)
    return `${hasMode}, so its group may do more than read it`
  // Systemd gives the user of the service alone access, by a list or as the owner.
  if (acl === null && delivery === 'systemd') return null
  const groupFault = findFaultOfGroup(groupId, facts, reader)
  if (groupFault !== null) return `${hasMode}, so ${groupFault}`
  if (acl === null) {
    return `${hasMode} and may have an access control list, which cannot be read here: that takes Linux and the npm package koffi`
  }
  return null
}

function findFaultOfAcl(
  acl: readonly AclEntry[],
  facts: KeyFileFacts,
  reader: KeyReader,
): string | null {
  const hasList = 'has an access control list by which'
  const most = acl.find(({ tag }) => tag === 'mask')?.permissions ?? READS | WRITES
  for (const { tag, id, permissions } of acl) {
    const allowed = permissions & most
    if ((allowed & (READS | WRITES)) === 0) continue
    if (tag === 'user' && !isUser(id, reader)) {
      return `${hasList} user ${id} may use it`
    }
    const group = tag === 'group' ? id : tag === 'owning-group' ? facts.groupId : null
    if (group === null) continue
    const groupFault = findFaultOfGroup(group, facts, reader)
    if (groupFault !== null) return `${hasList} ${groupFault}`
    if ((allowed & WRITES) !== 0) return `${hasList} group ${group} may write it`
  }
  return null
}

/**
 * A key that was delivered belongs to root, and a group is how the service gets at it. A key of the
 * service's own user needs no group, and the group of a user is often that of many.
 */
function findFaultOfGroup(
  groupId: number,
  { ownerId }: KeyFileFacts,
  { groupIds }: KeyReader,
): string | null {
  if (!groupIds.includes(groupId)) {
    return `group ${groupId} may use it, which is no group of this process`
  }
  return ownerId === ROOT ? null : `group ${groupId} may use it, and not its owner alone`
}

/** Root may read everything anyway. A process of root works for the user that the file belongs to. */
function isUser(id: number, { userId }: KeyReader): boolean {
  return id === ROOT || id === userId || userId === ROOT
}

function findRemedy({ path, delivery, acl }: KeyFileFacts): string {
  if (delivery === 'kubernetes') {
    return 'in the pod, set `defaultMode: 0400` for the Secret volume, and `securityContext.fsGroup` to a group of the service alone'
  }
  if (delivery === 'systemd') {
    return 'in the unit, deliver it with `LoadCredential=` and let no other user in'
  }
  const isListed = acl !== null && acl !== 'none'
  return `run: ${isListed ? `setfacl -b ${path} && ` : ''}chmod 600 ${path}`
}
