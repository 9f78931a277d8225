import { formatGroupArn, toArnHome } from '../../principals/arn.ts'
import type { Account, Group } from '../../principals/entities.ts'
import { type Infer, required, string, structure } from '../../shapes/shape.ts'
import { dateTime } from './iam-shapes.ts'

/** A group on the wire. */
export const groupShape = structure('Group', {
  path: required(string()),
  groupName: required(string()),
  groupId: required(string()),
  arn: required(string()),
  createDate: required(dateTime),
})

/** A group as every answer shows it. */
export function toGroupOutput(account: Account, group: Group): Infer<typeof groupShape> {
  return {
    path: group.path,
    groupName: group.name,
    groupId: group.id,
    arn: formatGroupArn(toArnHome(account), group.path, group.name),
    createDate: group.createdAtMs,
  }
}
