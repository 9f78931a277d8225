import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { IAM } from '../../../src/operations/apis.ts'
import { findOperation } from '../../../src/operations/registry.ts'
import { type IamWorld, startIamWorld } from '../../support/worlds/iam.ts'
import { readDocumentedActions } from './document.ts'
import { createFederationResource, createGroupResource } from './group.ts'
import { createProviderResource } from './open-id-connect-provider.ts'
import { createPolicyResource } from './policy.ts'
import type { Resource } from './resource.ts'
import { createAttachmentResource, createRoleResource } from './role.ts'
import { createMembershipResource, createUserResource } from './user.ts'

const POLICY_ARN = 'arn:aws:iam::123456789012:policy/apps/tokens'
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const PROVIDER_ARN = 'arn:aws:iam::123456789012:oidc-provider/ci.example.org/org'

function allow(Action: string | readonly string[]): unknown {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }
}

function trust(audience: string): unknown {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: PROVIDER_ARN },
        Condition: { StringEquals: { 'ci.example.org/org:aud': audience } },
      },
    ],
  }
}

/** A resource with the steps that its configuration goes through, types forgotten. */
interface Story {
  readonly type: string
  readonly apply: (step: number) => Promise<void>
  /** What the service tells, beside what is configured. */
  readonly plan: (step: number) => Promise<readonly [actual: unknown, configured: unknown]>
  readonly destroy: () => Promise<void>
}

function tell<Config>(
  type: string,
  resource: Resource<Config>,
  configs: readonly [Config, Config],
): Story {
  const [first, second] = configs
  return {
    type,
    apply: step => (step === 0 ? resource.create(first) : resource.update(first, second)),
    plan: async step => [await resource.read(), step === 0 ? first : second],
    destroy: () => resource.destroy(second),
  }
}

function createStories({ iam }: IamWorld): readonly Story[] {
  const tags = [{ team: 'a', stage: 'first' }, { team: 'b' }] as const
  return [
    tell('aws_iam_outbound_web_identity_federation', createFederationResource(iam), [
      { jwtVendingEnabled: true },
      { jwtVendingEnabled: true },
    ]),
    tell('aws_iam_openid_connect_provider', createProviderResource(iam), [
      {
        url: 'ci.example.org/org',
        clientIds: ['sts.amazonaws.com', 'old'],
        thumbprints: ['9e99a48a9960b14926bb7f3b02e22da2b0ab7280'],
        tags: tags[0],
      },
      {
        url: 'ci.example.org/org',
        clientIds: ['sts.amazonaws.com', 'new'],
        thumbprints: ['2b18947a6a9fc7764fd8b5fb18a863b0c6dac24f'],
        tags: tags[1],
      },
    ]),
    tell('aws_iam_policy', createPolicyResource(iam), [
      {
        name: 'tokens',
        path: '/apps/',
        description: 'May have tokens',
        policy: allow('sts:GetWebIdentityToken'),
        tags: tags[0],
      },
      {
        name: 'tokens',
        path: '/apps/',
        description: 'May have tokens',
        policy: allow(['sts:GetWebIdentityToken', 'sts:TagGetWebIdentityToken']),
        tags: tags[1],
      },
    ]),
    tell('aws_iam_role', createRoleResource(iam), [
      {
        name: 'app',
        path: '/apps/',
        description: 'An application',
        assumeRolePolicy: trust('sts.amazonaws.com'),
        maxSessionDuration: 3600,
        permissionsBoundary: null,
        tags: tags[0],
      },
      {
        name: 'app',
        path: '/apps/',
        description: 'An application, changed',
        assumeRolePolicy: trust('new'),
        maxSessionDuration: 7200,
        permissionsBoundary: POLICY_ARN,
        tags: tags[1],
      },
    ]),
    tell('aws_iam_role_policy_attachment', createAttachmentResource(iam), [
      { role: 'app', policyArn: POLICY_ARN },
      { role: 'app', policyArn: READ_ONLY },
    ]),
    tell('aws_iam_group', createGroupResource(iam), [
      { name: 'devs', path: '/' },
      { name: 'developers', path: '/teams/' },
    ]),
    tell('aws_iam_user', createUserResource(iam), [
      { name: 'bob', path: '/', permissionsBoundary: POLICY_ARN, tags: tags[0] },
      { name: 'robert', path: '/people/', permissionsBoundary: null, tags: tags[1] },
    ]),
    tell('aws_iam_user_group_membership', createMembershipResource(iam), [
      { user: 'bob', groups: ['devs'] },
      { user: 'robert', groups: ['developers'] },
    ]),
  ]
}

let world: IamWorld
let stories: readonly Story[]
beforeAll(async () => {
  world = await startIamWorld()
  stories = createStories(world)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

/** `terraform plan` with nothing to do. */
async function expectNoDifference(step: number): Promise<void> {
  for (const { type, plan } of stories) {
    const [actual, configured] = await plan(step)
    expect(actual, type).toEqual(configured)
  }
}

describe("the calls of Terraform's AWS provider", () => {
  it('create everything, with nothing left to plan', async () => {
    for (const { apply } of stories) await apply(0)
    await expectNoDifference(0)
  })

  it('update everything, with nothing left to plan', async () => {
    for (const { apply } of stories) await apply(1)
    await expectNoDifference(1)
  })

  it('destroy everything, with nothing left to read', async () => {
    for (const { destroy } of stories.toReversed()) await destroy()
    for (const { type, plan } of stories) {
      const [actual] = await plan(1)
      expect(actual, type).toBeNull()
    }
  })

  it('are those that the documentation names', () => {
    const documented = readDocumentedActions(stories.map(({ type }) => type))
    const made = new Set(
      Array.from(world.server.readAudit().matchAll(/"eventName":"(\w+)"/g), ([, name]) => name),
    )
    expect([...made].filter(name => !documented.has(name ?? ''))).toEqual([])
    // What depends on the state or the version; everything else was called.
    const notMade = [
      ...['PutUserPermissionsBoundary', 'DeleteRolePermissionsBoundary'],
      ...['DeleteUserPolicy', 'DetachUserPolicy', 'DeleteAccessKey', 'GetRolePolicy'],
      ...['DeleteRolePolicy', 'SetDefaultPolicyVersion'],
    ]
    expect([...documented].filter(name => !made.has(name)).toSorted()).toEqual(notMade.toSorted())
  })
})

describe('docs/clients.md', () => {
  it('names actions that exist', () => {
    for (const action of readDocumentedActions(null)) {
      expect(findOperation(IAM, action), action).not.toBeNull()
    }
  })
})
