import { type ArnHome, toArnHome } from '../../principals/arn.ts'
import { defaulted } from '../../shapes/shape.ts'
import type { Call, Permission } from '../operation.ts'
import { pageInput, pathPrefix } from './iam-shapes.ts'

/** Members of the input of a listing of what is below a path. */
export const pathPageInput = { pathPrefix: defaulted(pathPrefix, '/'), ...pageInput } as const

/**
 * The permission for a listing. AWS names the path as the resource, though its reference lists none: a
 * policy on `*` or on `user/*` allows `ListUsers`, one on a single user does not.
 */
export function permissionsOnPath(
  { caller }: Call,
  action: `iam:${string}`,
  formatArn: (home: ArnHome, path: string, name: string) => string,
  path: string,
): readonly Permission[] {
  return [{ action, resource: formatArn(toArnHome(caller.account), path, ''), context: [] }]
}
