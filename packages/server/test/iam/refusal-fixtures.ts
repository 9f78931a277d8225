import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  PutGroupPolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { fillPolicyTo } from '../support/policies.ts'
import type { IamWorld } from '../support/worlds/iam.ts'

const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'

/**
 * Users and groups with as much as they may have: two keys, ten groups, fifty tags, a policy of the
 * greatest size; and `plain-user` and `plain-group` below `/plain/`.
 */
export async function fillAccount({ iam }: IamWorld): Promise<void> {
  const inline = { PolicyName: 'p', PolicyDocument: fillPolicyTo(2048) }

  const Tags = [{ Key: 'Kind', Value: 'plain' }]
  await iam.send(new CreateUserCommand({ UserName: 'plain-user', Path: '/plain/', Tags }))
  for (const UserName of ['with-keys', 'with-inline', 'with-attached', 'in-groups']) {
    await iam.send(new CreateUserCommand({ UserName }))
  }
  for (let count = 0; count < 2; count += 1) {
    await iam.send(new CreateAccessKeyCommand({ UserName: 'with-keys' }))
  }
  await iam.send(new PutUserPolicyCommand({ UserName: 'with-inline', ...inline }))
  await iam.send(new AttachUserPolicyCommand({ UserName: 'with-attached', PolicyArn }))
  const fifty = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' }))
  await iam.send(new CreateUserCommand({ UserName: 'with-tags', Tags: fifty }))

  await iam.send(new CreateGroupCommand({ GroupName: 'plain-group', Path: '/plain/' }))
  for (let number = 1; number <= 11; number += 1) {
    const GroupName = `group-${String(number).padStart(2, '0')}`
    await iam.send(new CreateGroupCommand({ GroupName }))
    if (number > 10) continue
    await iam.send(new AddUserToGroupCommand({ GroupName, UserName: 'in-groups' }))
  }
  for (const GroupName of ['with-inline', 'with-attached']) {
    await iam.send(new CreateGroupCommand({ GroupName }))
  }
  await iam.send(new PutGroupPolicyCommand({ GroupName: 'with-inline', ...inline }))
  await iam.send(new AttachGroupPolicyCommand({ GroupName: 'with-attached', PolicyArn }))
}
