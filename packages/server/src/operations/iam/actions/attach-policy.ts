import { attachPolicy } from '../../../changes/attachments.ts'
import { defineAttachment } from '../define-attachment.ts'

/** Puts a managed policy on a user (AWS IAM API Reference: AttachUserPolicy). */
export const attachUserPolicy = defineAttachment('user', 'AttachUserPolicy', attachPolicy)

/** Puts a managed policy on a group (AWS IAM API Reference: AttachGroupPolicy). */
export const attachGroupPolicy = defineAttachment('group', 'AttachGroupPolicy', attachPolicy)

/** Puts a managed policy on a role (AWS IAM API Reference: AttachRolePolicy). */
export const attachRolePolicy = defineAttachment('role', 'AttachRolePolicy', attachPolicy)
