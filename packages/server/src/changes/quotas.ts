import { ServiceError } from '../errors.ts'
import type { HolderKind } from './policy-holder.ts'

/*
 * AWS's default quotas (AWS IAM User Guide: IAM and AWS STS quotas). How many users, groups, roles and
 * policies an account has is not limited here.
 */

/** Access keys of one user, inactive ones included. */
export const MAX_ACCESS_KEYS = 2
/** Groups that one user may be in. */
export const MAX_GROUPS_PER_USER = 10
/** Managed policies on one user, group or role. */
export const MAX_ATTACHED_POLICIES = 10
/** How many characters all inline policies of one principal may have together. */
export const MAX_INLINE_CHARACTERS: Readonly<Record<HolderKind, number>> = {
  user: 2048,
  group: 5120,
  role: 10_240,
}
/** Characters of a managed policy. */
export const MAX_POLICY_CHARACTERS = 6144
/** Versions of one managed policy. */
export const MAX_POLICY_VERSIONS = 5
/** Characters of a trust policy. */
export const MAX_TRUST_POLICY_CHARACTERS = 2048
/** Roles of one instance profile. */
export const MAX_ROLES_PER_INSTANCE_PROFILE = 1
/** Tags of one user, role, policy or provider. */
export const MAX_TAGS = 50
/** OIDC providers of one account; a listing gives all at once. */
export const MAX_OIDC_PROVIDERS = 100
/** Audiences of one OIDC provider. */
export const MAX_CLIENT_IDS = 100
/** Thumbprints of one OIDC provider (AWS IAM API Reference: CreateOpenIDConnectProvider). */
export const MAX_THUMBPRINTS = 5

/** Refuses what goes beyond a quota, in IAM's words: `Cannot exceed quota for PoliciesPerRole: 10`. */
export function createQuotaError(quota: string, limit: number): ServiceError {
  return new ServiceError('LimitExceeded', `Cannot exceed quota for ${quota}: ${limit}`)
}

/**
 * The size of a policy as quotas count it: UTF-16 units without white space (AWS IAM User Guide: IAM
 * and AWS STS quotas).
 */
export function measurePolicy(document: string): number {
  return document.replace(/\s/gu, '').length
}
