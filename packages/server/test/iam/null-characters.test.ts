import {
  AttachUserPolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetOpenIDConnectProviderCommand,
  GetServiceLastAccessedDetailsCommand,
  GetServiceLinkedRoleDeletionStatusCommand,
  TagUserCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type IamWorld, startIamWorld } from '../support/worlds/iam.ts'

const NULL = '\0'
const DOCUMENT = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'sts:GetCallerIdentity', Resource: '*' },
})
const ARN = `arn:aws:iam::123456789012:oidc-provider/idp.example.org${NULL}`

let world: IamWorld
beforeAll(async () => {
  world = await startIamWorld()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const refused = { $metadata: { httpStatusCode: 400 } }

it('are kept in no text and looked for in none, since not every database holds them', async () => {
  const { iam } = world
  const calls = [
    iam.send(new CreateUserCommand({ UserName: `a${NULL}` })),
    iam.send(new TagUserCommand({ UserName: 'alice', Tags: [{ Key: 'k', Value: NULL }] })),
    iam.send(
      new CreateRoleCommand({
        RoleName: 'r',
        AssumeRolePolicyDocument: DOCUMENT,
        Description: NULL,
      }),
    ),
    iam.send(
      new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: DOCUMENT, Description: NULL }),
    ),
    iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: `${DOCUMENT}${NULL}` })),
    iam.send(new AttachUserPolicyCommand({ UserName: 'alice', PolicyArn: ARN })),
    iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: 'https://idp.example.org',
        ClientIDList: [`a${NULL}`],
      }),
    ),
    iam.send(new CreateOpenIDConnectProviderCommand({ Url: `https://idp.example.org/${NULL}` })),
    iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: ARN })),
    iam.send(new GetServiceLastAccessedDetailsCommand({ JobId: NULL.repeat(36) })),
    iam.send(new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId: NULL })),
  ]
  for (const outcome of await Promise.allSettled(calls)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: refused })
  }
})
