import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readLastEvent } from '../support/audit.ts'
import { call, type Parameters } from '../support/calls.ts'
import { expectError, members } from '../support/sts-calls.ts'
import { type IamWorld, startIamWorld } from '../support/worlds/iam.ts'

let world: IamWorld
beforeAll(async () => {
  world = await startIamWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

let count = 0

function callIam(Action: string, parameters: Parameters = {}) {
  const { server, admin } = world
  return call(server, admin, { service: 'iam', parameters: { Action, ...parameters } })
}

async function register(parameters: Parameters = {}) {
  count += 1
  const host = `idp-${count}.example.com`
  const answer = await callIam('CreateOpenIDConnectProvider', {
    Url: `https://${host}`,
    ...parameters,
  })
  return { answer, arn: `arn:aws:iam::${world.account.id}:oidc-provider/${host}` }
}

/** Members of a context provider, as parameters. */
function context(provider: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(provider).map(([name, value]) => [`ContextProvider.${name}`, value]),
  )
}

const show = (OpenIDConnectProviderArn: string) =>
  callIam('GetOpenIDConnectProvider', { OpenIDConnectProviderArn })
const FULL = context({
  SubjectSourceKey: 'preferred_username',
  SubjectTypeValue: 'user',
  ...members('KeyDefinitionList', [
    { SourceKey: 'acr', TargetKey: 'Strength' },
    { SourceKey: 'employee number' },
  ] as Parameters[]),
})

describe('a context provider', () => {
  it('is registered, shown, replaced and removed', async () => {
    const { answer, arn } = await register(FULL)
    expect(answer).toMatchObject({ status: 200 })
    expect(readLastEvent(world.server).requestParameters).toMatchObject({
      contextProvider: {
        subjectSourceKey: 'preferred_username',
        keyDefinitionList: [
          { sourceKey: 'acr', targetKey: 'Strength' },
          { sourceKey: 'employee number' },
        ],
      },
    })
    expect((await show(arn)).body).toContain(`
    <ContextProvider>
      <SubjectSourceKey>preferred_username</SubjectSourceKey>
      <SubjectTypeValue>user</SubjectTypeValue>
      <KeyDefinitionList>
        <member>
          <SourceKey>acr</SourceKey>
          <TargetKey>Strength</TargetKey>
        </member>
        <member>
          <SourceKey>employee number</SourceKey>
        </member>
      </KeyDefinitionList>
    </ContextProvider>`)
    const listed = async () =>
      /<Arn>([^<]*)<\/Arn>\s*<IsTrustedIdentityPropagationEnabled>(\w+)</.exec(
        (await callIam('ListOpenIDConnectProviders')).body,
      )
    expect((await listed())?.slice(1)).toEqual([arn, 'true'])

    const update = (parameters: Parameters) =>
      callIam('UpdateOpenIDConnectProvider', { OpenIDConnectProviderArn: arn, ...parameters })
    const other = context({ SubjectSourceKey: 'sub', SubjectTypeSourceKey: 'kind' })
    expect(await update(other)).toMatchObject({ status: 200 })
    const { body } = await show(arn)
    expect(body).toContain('<SubjectTypeSourceKey>kind</SubjectTypeSourceKey>')
    expect(body).not.toContain('preferred_username')
    expect(await update({ RemoveContextProvider: 'true' })).toMatchObject({ status: 200 })
    expect((await show(arn)).body).not.toContain('ContextProvider>')
    expect((await listed())?.slice(1)).toEqual([arn, 'false'])
  })

  it('stays when something else of the provider changes', async () => {
    const { arn } = await register(FULL)
    const client = { OpenIDConnectProviderArn: arn, ClientID: 'other' }
    await callIam('AddClientIDToOpenIDConnectProvider', client)
    expect((await show(arn)).body).toContain('<SubjectSourceKey>preferred_username<')
  })

  const KEY_RULE =
    'must be 1 to 128 ASCII letters, digits, single spaces inside, and _ . : / = + - @ #.'
  const invalid = (text: string) => [400, 'InvalidInput', text] as const
  const definitions = (...rows: Parameters[]) => members('KeyDefinitionList', rows)
  it.each<[string, Parameters, readonly [number, string, string]]>([
    [
      'no subject',
      { SubjectTypeValue: 'user' },
      [
        400,
        'ValidationError',
        "1 validation error detected: Value at 'contextProvider.subjectSourceKey' failed to satisfy constraint: Member must not be null",
      ],
    ],
    ['a space in front', { SubjectSourceKey: ' sub' }, invalid(`SubjectSourceKey ${KEY_RULE}`)],
    ['two spaces', { SubjectSourceKey: 'a  b' }, invalid(`SubjectSourceKey ${KEY_RULE}`)],
    ['another character', { SubjectSourceKey: 'größe' }, invalid(`SubjectSourceKey ${KEY_RULE}`)],
    [
      'both ways to say the type',
      { SubjectSourceKey: 'sub', SubjectTypeValue: 'user', SubjectTypeSourceKey: 'kind' },
      invalid('SubjectTypeValue and SubjectTypeSourceKey exclude each other.'),
    ],
    [
      'another type',
      { SubjectSourceKey: 'sub', SubjectTypeValue: 'User' },
      invalid('SubjectTypeValue must be one of user, workload.'),
    ],
    [
      'a type from a claim of no name',
      { SubjectSourceKey: 'sub', SubjectTypeSourceKey: 'a,b' },
      invalid(`SubjectTypeSourceKey ${KEY_RULE}`),
    ],
    [
      'a bad source',
      { SubjectSourceKey: 'sub', ...definitions({ SourceKey: 'a*' }) },
      invalid(`SourceKey ${KEY_RULE}`),
    ],
    [
      'a bad target',
      { SubjectSourceKey: 'sub', ...definitions({ SourceKey: 'a', TargetKey: 'b ' }) },
      invalid(`TargetKey ${KEY_RULE}`),
    ],
    [
      'a target twice',
      {
        SubjectSourceKey: 'sub',
        ...definitions({ SourceKey: 'a', TargetKey: 'Role' }, { SourceKey: 'role' }),
      },
      invalid('TargetKey role occurs twice.'),
    ],
  ])('with %s is refused', async (_, provider, refusal) => {
    expectError((await register(context(provider))).answer, refusal)
  })

  it('takes ten definitions, and an empty type', async () => {
    const rows = (length: number) =>
      definitions(...Array.from({ length }, (_, at) => ({ SourceKey: `k${at}` })))
    const base = { SubjectSourceKey: 'sub', SubjectTypeValue: '' }
    expect((await register(context({ ...base, ...rows(10) }))).answer).toMatchObject({
      status: 200,
    })
    expect((await register(context({ ...base, ...rows(11) }))).answer).toMatchObject({
      status: 400,
    })
  })
})

describe('UpdateOpenIDConnectProvider', () => {
  const SUBJECT = context({ SubjectSourceKey: 'sub' })
  const NEITHER = 'Either ContextProvider or RemoveContextProvider must be specified.'
  it.each<[string, Parameters, string, string]>([
    ['nothing', {}, 'InvalidInput', NEITHER],
    ['a false removal', { RemoveContextProvider: 'false' }, 'InvalidInput', NEITHER],
    [
      'both',
      { ...SUBJECT, RemoveContextProvider: 'true' },
      'InvalidInput',
      'ContextProvider and RemoveContextProvider exclude each other.',
    ],
    [
      'an instance',
      { ...SUBJECT, IdentityCenterInstanceArn: 'arn:aws:sso:::instance/ssoins-1' },
      'ValidationError',
      'there is no IAM Identity Center here',
    ],
    [
      'no instance',
      { ...SUBJECT, RemoveIdentityCenterInstance: 'true' },
      'ValidationError',
      'there is no IAM Identity Center here',
    ],
  ])('with %s is refused', async (_, parameters, code, text) => {
    const { arn } = await register()
    const request = { OpenIDConnectProviderArn: arn, ...parameters }
    const answer = await callIam('UpdateOpenIDConnectProvider', request)
    expect(answer).toMatchObject({ status: 400 })
    expect(answer.body).toContain(`<Code>${code}</Code>`)
    expect(answer.body).toContain(text)
  })

  it('says that there is no such provider', async () => {
    const OpenIDConnectProviderArn = `arn:aws:iam::${world.account.id}:oidc-provider/none.example`
    const request = { OpenIDConnectProviderArn, ...SUBJECT }
    expect(await callIam('UpdateOpenIDConnectProvider', request)).toMatchObject({ status: 404 })
  })
})
