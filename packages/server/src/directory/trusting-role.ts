import type { Policy } from '../policy/policy-document.ts'
import type { Arn } from '../principals/arn.ts'
import type { Account, Role } from '../principals/entities.ts'

/** A role that may be assumed, with whom it trusts. */
export interface TrustingRole {
  readonly account: Account
  readonly role: Role
  readonly arn: Arn
  /** The compiled trust policy, with unique ids in place of names. */
  readonly trustPolicy: Policy
}
