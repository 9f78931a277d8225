import { noBoundary } from '../../changes/refusals.ts'

/** A boundary as users and roles show it; undefined for one without. */
export function formatBoundary(policyArn: string | null) {
  if (policyArn === null) return undefined
  return {
    // AWS was seen to send this, though its model has `PermissionsBoundaryPolicy`.
    permissionsBoundaryType: 'Policy',
    permissionsBoundaryArn: policyArn,
  }
}

/**
 * Makes sure that there is a boundary to take away: IAM was seen to refuse otherwise.
 * @throws ServiceError `NoSuchEntity`
 */
export function requireBoundary({
  kind,
  name,
  permissionsBoundaryArn,
}: {
  readonly kind: 'user' | 'role'
  readonly name: string
  readonly permissionsBoundaryArn: string | null
}): void {
  if (permissionsBoundaryArn === null) throw noBoundary(kind, name)
}
