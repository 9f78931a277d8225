import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetAccountAuthorizationDetailsCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  NoSuchEntityException,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  paginateListRoles,
  paginateListRoleTags,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
  waitUntilRoleExists,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Store } from '../../src/store/ports.ts'
import { readEvents } from '../support/audit.ts'
import { formatAllow, formatTrust, TRUST } from '../support/policies.ts'
import { type IamWorld, startIamWorld } from '../support/worlds/iam.ts'

const AWS_POLICIES = 'arn:aws:iam::aws:policy'

let world: IamWorld
beforeAll(async () => {
  world = await startIamWorld()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

async function createRole(RoleName: string, changes: Partial<CreateRoleCommand['input']> = {}) {
  const input = { RoleName, AssumeRolePolicyDocument: TRUST, ...changes }
  const { Role: role } = await world.iam.send(new CreateRoleCommand(input))
  return role
}

async function getRole(RoleName: string) {
  const { Role: role } = await world.iam.send(new GetRoleCommand({ RoleName }))
  return role
}

describe('roles with the AWS SDK for JavaScript', () => {
  it('live from creation to deletion', async () => {
    const { iam, server } = world
    const created = await createRole('Deployer', {
      Path: '/ci/',
      Description: 'déploie',
      MaxSessionDuration: 7200,
      PermissionsBoundary: `${AWS_POLICIES}/PowerUserAccess`,
      Tags: [{ Key: 'team', Value: 'data é' }],
    })
    expect(created).toEqual({
      Path: '/ci/',
      RoleName: 'Deployer',
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      Arn: 'arn:aws:iam::123456789012:role/ci/Deployer',
      CreateDate: new Date(Math.floor(server.clock.nowMs() / 1000) * 1000),
      AssumeRolePolicyDocument: encodeURIComponent(TRUST),
      Description: 'déploie',
      MaxSessionDuration: 7200,
      PermissionsBoundary: {
        PermissionsBoundaryType: 'Policy',
        PermissionsBoundaryArn: `${AWS_POLICIES}/PowerUserAccess`,
      },
      Tags: [{ Key: 'team', Value: 'data é' }],
    })
    const waited = await waitUntilRoleExists(
      { client: iam, maxWaitTime: 5 },
      { RoleName: 'dEPLOYER' },
    )
    expect(waited.state).toBe('SUCCESS')
    expect(await getRole('DEPLOYER')).toEqual({ ...created, RoleLastUsed: {} })
    await iam.send(new DeleteRoleCommand({ RoleName: 'deployer' }))
    await expect(getRole('Deployer')).rejects.toBeInstanceOf(NoSuchEntityException)
  })

  it('have an hour, no path and no more when nothing else is said', async () => {
    const created = await createRole('plain')
    expect(created).toMatchObject({ Path: '/', MaxSessionDuration: 3600 })
    for (const name of ['Description', 'PermissionsBoundary', 'Tags', 'RoleLastUsed']) {
      expect(created).not.toHaveProperty(name)
    }
  })

  it('tell when and where they were last used', async () => {
    const { server, account, iam } = world
    await createRole('worker')
    const role = await server.data.store.findRole(account.id, 'worker')
    if (role === null) throw new Error('the role is not there')
    const use = { accountId: account.id, usedAtMs: server.clock.nowMs() + 999, region: 'eu-west-1' }
    await server.data.store.saveRoleUses(new Map([[role.id, use]]))
    const RoleLastUsed = {
      LastUsedDate: new Date(Math.floor(use.usedAtMs / 1000) * 1000),
      Region: 'eu-west-1',
    }
    expect(await getRole('worker')).toMatchObject({ RoleLastUsed })
    const details = await iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'] }))
    const detail = details.RoleDetailList?.find(({ RoleName }) => RoleName === 'worker')
    expect(detail).toMatchObject({ RoleLastUsed })
    await iam.send(new DeleteRoleCommand({ RoleName: 'worker' }))
  })

  it('keep what an update leaves out', async () => {
    const { iam } = world
    await createRole('updated', { Description: 'first', MaxSessionDuration: 7200 })
    const update = (input: Omit<UpdateRoleCommand['input'], 'RoleName'>) =>
      iam.send(new UpdateRoleCommand({ RoleName: 'updated', ...input }))
    await update({ Description: 'second' })
    expect(await getRole('updated')).toMatchObject({
      Description: 'second',
      MaxSessionDuration: 7200,
    })
    await update({ MaxSessionDuration: 43_200 })
    await update({})
    expect(await getRole('updated')).toMatchObject({
      Description: 'second',
      MaxSessionDuration: 43_200,
    })
    await update({ Description: '' })
    expect(await getRole('updated')).toMatchObject({ Description: '' })
    const { Role: described } = await iam.send(
      new UpdateRoleDescriptionCommand({ RoleName: 'UPDATED', Description: 'third' }),
    )
    expect({ ...described, RoleLastUsed: {} }).toEqual(await getRole('updated'))
    expect(described).toMatchObject({ Description: 'third', MaxSessionDuration: 43_200 })
  })

  it('trust whom they are told to trust', async () => {
    const { iam } = world
    await createRole('trusting')
    const PolicyDocument = `${formatTrust({ Service: 'ec2.amazonaws.com' })}\n`
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'trusting', PolicyDocument }))
    const role = await getRole('trusting')
    expect(decodeURIComponent(role?.AssumeRolePolicyDocument ?? '')).toBe(PolicyDocument)
  })

  it('are listed below a path, page by page, without boundary and tags', async () => {
    const { iam } = world
    for (const name of ['l1', 'L2', 'l3', 'l4', 'l5']) {
      await createRole(name, {
        Path: '/listed/',
        PermissionsBoundary: `${AWS_POLICIES}/ReadOnlyAccess`,
        Tags: [{ Key: 'a', Value: 'b' }],
      })
    }
    const pages: (string | undefined)[][] = []
    const paging = { client: iam, pageSize: 2 }
    for await (const page of paginateListRoles(paging, { PathPrefix: '/listed/' })) {
      pages.push((page.Roles ?? []).map(role => role.RoleName))
      for (const role of page.Roles ?? []) {
        expect(role).not.toHaveProperty('Tags')
        expect(role).not.toHaveProperty('PermissionsBoundary')
        expect(role.AssumeRolePolicyDocument).toBe(encodeURIComponent(TRUST))
      }
    }
    expect(pages).toEqual([['l1', 'L2'], ['l3', 'l4'], ['l5']])
    const nothing = await iam.send(new ListRolesCommand({ PathPrefix: '/nobody/' }))
    expect(nothing).toMatchObject({ Roles: [], IsTruncated: false })
  })

  it('have tags, which are replaced without regard to case and listed by key', async () => {
    const { iam } = world
    await createRole('tagged', { Tags: [{ Key: 'Team', Value: 'x' }] })
    const Tags = [
      { Key: 'team', Value: 'y' },
      { Key: 'b', Value: '' },
      { Key: 'a', Value: '1' },
    ]
    await iam.send(new TagRoleCommand({ RoleName: 'tagged', Tags }))
    const pages: unknown[] = []
    const paging = { client: iam, pageSize: 2 }
    for await (const page of paginateListRoleTags(paging, { RoleName: 'tagged' })) {
      pages.push(page.Tags)
    }
    expect(pages).toEqual([
      [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '' },
      ],
      [{ Key: 'team', Value: 'y' }],
    ])
    await iam.send(new UntagRoleCommand({ RoleName: 'tagged', TagKeys: ['TEAM', 'never', 'a'] }))
    const left = await iam.send(new ListRoleTagsCommand({ RoleName: 'tagged' }))
    expect(left.Tags).toEqual([{ Key: 'b', Value: '' }])
  })

  it('hold inline policies, whose names differ by more than case', async () => {
    const { iam } = world
    const RoleName = 'holder'
    await createRole(RoleName)
    const put = (PolicyName: string, PolicyDocument: string) =>
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }))
    await put('MixedName', formatAllow('sts:AssumeRole'))
    await put('mixedname', `${formatAllow('sts:GetWebIdentityToken')}  `)
    await put('other', formatAllow('sts:*', "arn:aws:iam::*:role/(!)'"))
    const names: (string | undefined)[] = []
    for await (const page of paginateListRolePolicies({ client: iam, pageSize: 1 }, { RoleName })) {
      names.push(...(page.PolicyNames ?? []))
    }
    expect(names).toEqual(['MixedName', 'other'])
    const read = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'MIXEDNAME' }))
    expect(read).toMatchObject({ RoleName, PolicyName: 'MIXEDNAME' })
    expect(decodeURIComponent(read.PolicyDocument ?? '')).toBe(
      `${formatAllow('sts:GetWebIdentityToken')}  `,
    )
    const other = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'other' }))
    expect(other.PolicyDocument).toMatch(/%3Arole%2F%28%21%29%27%22/)
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'mixedNAME' }))
    const left = await iam.send(new ListRolePoliciesCommand({ RoleName }))
    expect(left.PolicyNames).toEqual(['other'])
  })

  it('have managed policies attached, their own and those of AWS', async () => {
    const { iam } = world
    const RoleName = 'attached'
    await createRole(RoleName)
    const { Policy: own } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: 'readonlyaccess2',
        Path: '/team/',
        PolicyDocument: formatAllow('iam:GetRole'),
      }),
    )
    const arns = [own?.Arn ?? '', `${AWS_POLICIES}/ReadOnlyAccess`, `${AWS_POLICIES}/IAMFullAccess`]
    for (const PolicyArn of [...arns, ...arns]) {
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
    }
    const pages: unknown[] = []
    const paging = { client: iam, pageSize: 2 }
    for await (const page of paginateListAttachedRolePolicies(paging, { RoleName })) {
      pages.push(page.AttachedPolicies?.map(policy => policy.PolicyName))
    }
    expect(pages).toEqual([['IAMFullAccess', 'ReadOnlyAccess'], ['readonlyaccess2']])
    const ofTeam = await iam.send(
      new ListAttachedRolePoliciesCommand({ RoleName, PathPrefix: '/team/' }),
    )
    expect(ofTeam.AttachedPolicies).toEqual([
      { PolicyName: 'readonlyaccess2', PolicyArn: own?.Arn },
    ])
    for (const PolicyArn of arns) {
      await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }))
    }
    const left = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))
    expect(left.AttachedPolicies).toEqual([])
  })

  it('are bounded and freed', async () => {
    const { iam } = world
    const RoleName = 'bounded'
    await createRole(RoleName)
    const PermissionsBoundary = `${AWS_POLICIES}/ReadOnlyAccess`
    const put = () =>
      iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }))
    await put()
    await put()
    expect((await getRole(RoleName))?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(
      PermissionsBoundary,
    )
    await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }))
    expect(await getRole(RoleName)).not.toHaveProperty('PermissionsBoundary')
  })

  it('are in no instance profile', async () => {
    const { iam } = world
    await createRole('profiled')
    const listed = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'profiled' }))
    expect(listed).toMatchObject({ InstanceProfiles: [], IsTruncated: false })
  })

  it('are created once, however many ask at the same time', async () => {
    const results = await Promise.allSettled([1, 2, 3].map(() => createRole('contested')))
    expect(results.map(({ status }) => status).toSorted()).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
    ])
  })
})

/** Lets other requests come in between whenever the store is read, as a store over a network does. */
function slowDown(store: Store): void {
  const { findRole, listAttachedPolicies } = store
  const pause = () => new Promise(resolve => setImmediate(resolve))
  store.findRole = async (...args) => {
    const role = await findRole(...args)
    await pause()
    return role
  }
  store.listAttachedPolicies = async (...args) => {
    const policies = await listAttachedPolicies(...args)
    await pause()
    return policies
  }
}

describe('changes that come at the same time', () => {
  it('lose nothing and stop at the quota', async () => {
    await using slow = await startIamWorld()
    const { iam } = slow
    slowDown(slow.server.data.store)
    const RoleName = 'busy'
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST }))
    const numbers = Array.from({ length: 11 }, (_, index) => index)
    await Promise.all(
      numbers.map(number =>
        iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: `k${number}`, Value: '' }] })),
      ),
    )
    const { Role: role } = await iam.send(new GetRoleCommand({ RoleName }))
    expect(role?.Tags).toHaveLength(11)
    const attached = await Promise.allSettled(
      numbers.map(async number => {
        const policy = { PolicyName: `busy-${number}`, PolicyDocument: formatAllow('iam:GetRole') }
        const { Policy: created } = await iam.send(new CreatePolicyCommand(policy))
        await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: created?.Arn }))
      }),
    )
    expect(attached.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { message: 'Cannot exceed quota for PoliciesPerRole: 10' } },
    ])
  })
})

describe('the audit of roles', () => {
  it('keeps request and answer of a creation, and nothing of a reading', async () => {
    await createRole('audited', { Tags: [{ Key: 'a', Value: 'b' }] })
    await getRole('audited')
    const events = readEvents(world.server).filter(
      event => event.requestParameters?.['roleName'] === 'audited',
    )
    expect(events).toHaveLength(3)
    const [begun, ended] = events
    expect(begun).toMatchObject({
      eventName: 'CreateRole',
      requestID: ended?.requestID,
      requestParameters: ended?.requestParameters,
      responseElements: null,
      additionalEventData: { changeBegun: true },
    })
    expect(ended?.eventID).not.toBe(begun?.eventID)
    expect(ended?.additionalEventData).not.toHaveProperty('changeBegun')
    expect(ended).toMatchObject({
      eventName: 'CreateRole',
      readOnly: false,
      requestParameters: {
        roleName: 'audited',
        assumeRolePolicyDocument: TRUST,
        tags: [{ key: 'a', value: 'b' }],
      },
      responseElements: {
        role: {
          roleName: 'audited',
          arn: 'arn:aws:iam::123456789012:role/audited',
          createDate: new Date(world.server.clock.nowMs()).toISOString(),
          tags: [{ key: 'a', value: 'b' }],
        },
      },
    })
    expect(events[2]).toMatchObject({
      eventName: 'GetRole',
      readOnly: true,
      requestParameters: { roleName: 'audited' },
      responseElements: null,
    })
  })
})
