import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  ListOpenIDConnectProvidersCommand,
  ListOpenIDConnectProviderTagsCommand,
  NoSuchEntityException,
  paginateListOpenIDConnectProviderTags,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type IamWorld, startIamWorld } from '../support/worlds/iam.ts'

const THUMBPRINT = '6938fd4d98bab03faadb97b34396831e3780aea1'

let world: IamWorld
beforeAll(async () => {
  world = await startIamWorld()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

async function register(
  Url: string,
  changes: Partial<CreateOpenIDConnectProviderCommand['input']> = {},
): Promise<string> {
  const created = await world.iam.send(new CreateOpenIDConnectProviderCommand({ Url, ...changes }))
  return created.OpenIDConnectProviderArn ?? ''
}

async function read(OpenIDConnectProviderArn: string) {
  const { $metadata: _, ...provider } = await world.iam.send(
    new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }),
  )
  return provider
}

describe('OIDC providers with the AWS SDK for JavaScript', () => {
  it('live from registration to deletion', async () => {
    const { iam, server } = world
    const arn = await register('https://token.actions.githubusercontent.com', {
      ClientIDList: ['sts.amazonaws.com', 'other', 'other'],
      ThumbprintList: [THUMBPRINT],
      Tags: [{ Key: 'team', Value: 'ci' }],
    })
    expect(arn).toBe('arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com')
    expect(await read(arn)).toEqual({
      Url: 'token.actions.githubusercontent.com',
      ClientIDList: ['sts.amazonaws.com', 'other'],
      ThumbprintList: [THUMBPRINT],
      CreateDate: new Date(Math.floor(server.clock.nowMs() / 1000) * 1000),
      Tags: [{ Key: 'team', Value: 'ci' }],
    })
    const listed = await iam.send(new ListOpenIDConnectProvidersCommand({}))
    expect(listed.OpenIDConnectProviderList).toEqual([{ Arn: arn }])
    const remove = () =>
      iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }))
    await remove()
    await expect(read(arn)).rejects.toBeInstanceOf(NoSuchEntityException)
    await expect(remove()).rejects.toBeInstanceOf(NoSuchEntityException)
  })

  it.each([
    ['https://idp.example.com/realms/main', 'idp.example.com/realms/main'],
    ['https://idp.example.com/', 'idp.example.com/'],
    ['https://localhost:8443/realms/x', 'localhost:8443/realms/x'],
  ])('keep %s letter by letter', async (url, name) => {
    const arn = await register(url)
    expect(arn).toBe(`arn:aws:iam::123456789012:oidc-provider/${name}`)
    expect(await read(arn)).toMatchObject({ Url: name, ClientIDList: [], ThumbprintList: [] })
    const provider = await world.server.data.store.findOidcProvider(world.account.id, arn)
    expect(provider?.url).toBe(url)
  })

  it('gain and lose audiences and thumbprints, twice as well as once', async () => {
    const { iam } = world
    const OpenIDConnectProviderArn = await register('https://clients.example.com')
    const add = (ClientID: string) =>
      iam.send(
        new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID }),
      )
    const remove = (ClientID: string) =>
      iam.send(
        new RemoveClientIDFromOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID }),
      )
    await add('a')
    await add('b')
    await add('a')
    expect(await read(OpenIDConnectProviderArn)).toMatchObject({ ClientIDList: ['a', 'b'] })
    await remove('a')
    await remove('a')
    const ThumbprintList = Array.from({ length: 5 }, (_, index) => String(index).repeat(40))
    await iam.send(
      new UpdateOpenIDConnectProviderThumbprintCommand({
        OpenIDConnectProviderArn,
        ThumbprintList,
      }),
    )
    expect(await read(OpenIDConnectProviderArn)).toMatchObject({
      ClientIDList: ['b'],
      ThumbprintList,
    })
  })

  it('have tags, which differ by case', async () => {
    const { iam } = world
    const OpenIDConnectProviderArn = await register('https://tags.example.com')
    const tag = (...Tags: { Key: string; Value: string }[]) =>
      iam.send(new TagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, Tags }))
    const untag = (...TagKeys: string[]) =>
      iam.send(new UntagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, TagKeys }))
    await tag({ Key: 'Team', Value: 'first' }, { Key: 'team', Value: 'second' })
    await untag('TEAM')
    await tag({ Key: 'team', Value: 'updated' })
    const pages: unknown[] = []
    const paging = { client: iam, pageSize: 1 }
    const provider = { OpenIDConnectProviderArn }
    // The paginator writes into the input that it is given.
    for await (const page of paginateListOpenIDConnectProviderTags(paging, { ...provider })) {
      pages.push(page.Tags)
    }
    expect(pages).toEqual([[{ Key: 'Team', Value: 'first' }], [{ Key: 'team', Value: 'updated' }]])
    await untag('Team')
    const left = await iam.send(new ListOpenIDConnectProviderTagsCommand(provider))
    expect(left.Tags).toEqual([{ Key: 'team', Value: 'updated' }])
  })

  it('are a hundred at most', async () => {
    await using full = await startIamWorld()
    const create = (number: number) =>
      full.iam.send(
        new CreateOpenIDConnectProviderCommand({ Url: `https://idp-${number}.example.com` }),
      )
    for (let number = 1; number <= 100; number += 1) await create(number)
    await expect(create(101)).rejects.toMatchObject({
      Code: 'LimitExceeded',
      message: 'Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100',
    })
    await expect(create(7)).rejects.toMatchObject({ Code: 'EntityAlreadyExists' })
    const { OpenIDConnectProviderList: all } = await full.iam.send(
      new ListOpenIDConnectProvidersCommand({}),
    )
    expect(all).toHaveLength(100)
  })
})
