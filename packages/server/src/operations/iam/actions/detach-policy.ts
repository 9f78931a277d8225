import { detachPolicy } from '../../../changes/attachments.ts'
import type { PolicyHolder } from '../../../changes/policy-holder.ts'
import type { Turn } from '../../../changes/turn.ts'
import type { Account } from '../../../principals/entities.ts'
import { defineAttachment } from '../define-attachment.ts'

/** Takes a managed policy off a user (AWS IAM API Reference: DetachUserPolicy). */
export const detachUserPolicy = defineAttachment('user', 'DetachUserPolicy', detach)

/** Takes a managed policy off a group (AWS IAM API Reference: DetachGroupPolicy). */
export const detachGroupPolicy = defineAttachment('group', 'DetachGroupPolicy', detach)

/** Takes a managed policy off a role (AWS IAM API Reference: DetachRolePolicy). */
export const detachRolePolicy = defineAttachment('role', 'DetachRolePolicy', detach)

function detach(turn: Turn, _account: Account, holder: PolicyHolder, policyArn: string) {
  return detachPolicy(turn, holder, policyArn)
}
