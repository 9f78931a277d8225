import type { PinnedRole } from './pin-stored-roles.ts'

/** What became of one name in a stored trust policy. */
export interface PinnedName {
  readonly roleArn: string
  /** As the trust policy has it; null when it can't be read. */
  readonly principal: string | null
  /** Who is meant; null for nobody. */
  readonly id: string | null
  /** A sentence about it. */
  readonly message: string
}

/** What became of each name in the stored trust policy of a role. */
export function listPinnedNames({
  roleArn,
  pins,
  isUnreadable,
}: PinnedRole): readonly PinnedName[] {
  if (isUnreadable) {
    const message = 'the trust policy of a role cannot be read, so it trusts nobody'
    return [{ roleArn, principal: null, id: null, message }]
  }
  return pins.map(({ arn: principal, id }) => ({
    roleArn,
    principal,
    id,
    message:
      id === null
        ? 'a trust policy names a principal that is not there: the name stands for nobody until the policy is put again'
        : 'a trust policy names a principal: from now on the name stands for its id',
  }))
}
