import {
  CreateAccountAliasCommand,
  CreateUserCommand,
  DeleteAccountAliasCommand,
  ListAccountAliasesCommand,
  ListMFADevicesCommand,
  ListSAMLProvidersCommand,
  ListServerCertificatesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListVirtualMFADevicesCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAccount, addUser } from '../support/accounts.ts'
import type { Parameters } from '../support/calls.ts'
import {
  createCaller,
  createIamClient,
  formatDenial,
  type IamWorld,
  provoke,
  startIamWorld,
} from '../support/worlds/iam.ts'

let world: IamWorld
beforeAll(async () => {
  world = await startIamWorld()
  await world.iam.send(new CreateUserCommand({ UserName: 'bob' }))
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

describe('what nobody has', () => {
  it('is listed as nothing', async () => {
    const { iam } = world
    const user = { UserName: 'admin' }
    const nothing = { IsTruncated: false }
    expect(await iam.send(new ListMFADevicesCommand({}))).toMatchObject({
      MFADevices: [],
      ...nothing,
    })
    expect(await iam.send(new ListSigningCertificatesCommand(user))).toMatchObject({
      Certificates: [],
      ...nothing,
    })
    expect(await iam.send(new ListSSHPublicKeysCommand(user))).toMatchObject({
      SSHPublicKeys: [],
      ...nothing,
    })
    expect(await iam.send(new ListServiceSpecificCredentialsCommand(user))).toMatchObject({
      ServiceSpecificCredentials: [],
    })
    const assigned = new ListVirtualMFADevicesCommand({ AssignmentStatus: 'Assigned' })
    expect(await iam.send(assigned)).toMatchObject({ VirtualMFADevices: [], ...nothing })
    const certificates = new ListServerCertificatesCommand({ PathPrefix: '/x/', MaxItems: 1 })
    expect(await iam.send(certificates)).toMatchObject({
      ServerCertificateMetadataList: [],
      ...nothing,
    })
    const providers = await iam.send(new ListSAMLProvidersCommand({}))
    expect(providers).toMatchObject({ SAMLProviderList: [] })
    expect(providers).not.toHaveProperty('IsTruncated')
  })

  const SERIAL = 'arn:aws:iam::123456789012:mfa/phone'
  const SAML = 'arn:aws:iam::123456789012:saml-provider/okta'
  const KEY = 'APKAAAAAAAAAAAAAAAAA'
  const CERTIFICATE = 'arn:aws:iam::123456789012:server-certificate/site'
  const BOB = 'arn:aws:iam::123456789012:user/bob'

  it.each<readonly [parameters: Parameters, resource: string, message: string]>([
    [
      { Action: 'GetLoginProfile', UserName: 'bob' },
      BOB,
      'Login Profile for User bob cannot be found.',
    ],
    [
      { Action: 'DeleteLoginProfile', UserName: 'bob' },
      BOB,
      'Login Profile for User bob cannot be found.',
    ],
    [
      { Action: 'GetAccountPasswordPolicy' },
      '*',
      'The Password Policy with domain name 123456789012 cannot be found.',
    ],
    [
      { Action: 'DeleteAccountPasswordPolicy' },
      '*',
      'The Password Policy with domain name 123456789012 cannot be found.',
    ],
    [
      { Action: 'GetSSHPublicKey', UserName: 'bob', SSHPublicKeyId: KEY, Encoding: 'SSH' },
      BOB,
      `The Public Key with id ${KEY} cannot be found.`,
    ],
    [
      { Action: 'GetMFADevice', SerialNumber: SERIAL, UserName: 'bob' },
      BOB,
      `VirtualMFADevice with serial number ${SERIAL} doesn't exist.`,
    ],
    [
      { Action: 'ListMFADeviceTags', SerialNumber: SERIAL },
      SERIAL,
      `VirtualMFADevice with serial number ${SERIAL} doesn't exist.`,
    ],
    [
      { Action: 'GetSAMLProvider', SAMLProviderArn: SAML },
      SAML,
      `Manifest not found for arn ${SAML}`,
    ],
    [
      { Action: 'ListSAMLProviderTags', SAMLProviderArn: SAML },
      SAML,
      `Manifest not found for arn ${SAML}`,
    ],
    [
      { Action: 'GetServerCertificate', ServerCertificateName: 'site' },
      CERTIFICATE,
      'The Server Certificate with name site cannot be found.',
    ],
    [
      { Action: 'ListServerCertificateTags', ServerCertificateName: 'site' },
      CERTIFICATE,
      'The Server Certificate with name site cannot be found.',
    ],
  ])('is not found, and who may not ask is not told: %j', async (parameters, resource, message) => {
    const action = parameters['Action'] ?? ''
    expect(await provoke(world, world.admin, parameters)).toEqual([404, 'NoSuchEntity', message])
    const nobody = await createCaller(world, `nobody-${action}`, [])
    expect(await provoke(world, nobody, parameters)).toEqual([
      403,
      'AccessDenied',
      formatDenial(`nobody-${action}`, action, resource),
    ])
  })

  it.each([
    ['GetLoginProfile', {}],
    ['GetSSHPublicKey', { SSHPublicKeyId: KEY, Encoding: 'SSH' }],
    ['GetMFADevice', { SerialNumber: SERIAL }],
  ])('%s says first that there is no such user', async (Action, parameters) => {
    const request: Parameters = { Action, UserName: 'ghost', ...parameters }
    expect(await provoke(world, world.admin, request)).toEqual([
      404,
      'NoSuchEntity',
      'The user with name ghost cannot be found.',
    ])
  })

  it.each(['ListSAMLProviders', 'ListServerCertificates', 'ListVirtualMFADevices'])(
    '%s is for who may ask alone',
    async Action => {
      const nobody = await createCaller(world, `nobody-${Action}`, [])
      expect(await provoke(world, nobody, { Action })).toEqual([
        403,
        'AccessDenied',
        formatDenial(`nobody-${Action}`, Action, '*'),
      ])
    },
  )
})

describe('the alias of an account', () => {
  async function list(client = world.iam) {
    return (await client.send(new ListAccountAliasesCommand({}))).AccountAliases
  }

  it('is one, that a new one replaces, and nobody else can have', async () => {
    const { iam, server } = world
    expect(await list()).toEqual([])
    await iam.send(new CreateAccountAliasCommand({ AccountAlias: 'first-name' }))
    await iam.send(new CreateAccountAliasCommand({ AccountAlias: 'example' }))
    expect(await list()).toEqual(['example'])
    const other = await addUser(server, await addAccount(server, '999999999999'), 'other')
    const client = createIamClient(server, other.credentials)
    expect(await list(client)).toEqual([])
    const taken = { Action: 'CreateAccountAlias', AccountAlias: 'example' }
    expect(await provoke(world, other.credentials, taken)).toEqual([
      409,
      'EntityAlreadyExists',
      'The account alias example already exists.',
    ])
    await client.send(new CreateAccountAliasCommand({ AccountAlias: 'first-name' }))
    await iam.send(new DeleteAccountAliasCommand({ AccountAlias: 'example' }))
    expect(await list()).toEqual([])
    expect(await list(client)).toEqual(['first-name'])
  })

  it.each([
    [
      'DeleteAccountAlias',
      'ghost',
      [404, 'NoSuchEntity', 'The account alias ghost cannot be found.'],
    ],
    ['CreateAccountAlias', 'a--b', [400, 'ValidationError', expect.stringContaining('pattern')]],
    ['CreateAccountAlias', '-ab', [400, 'ValidationError', expect.stringContaining('pattern')]],
    ['CreateAccountAlias', 'ab', [400, 'ValidationError', expect.stringContaining('equal to 3')]],
    [
      'CreateAccountAlias',
      'a'.repeat(64),
      [400, 'ValidationError', expect.stringContaining('equal to 63')],
    ],
  ])('%s refuses %s', async (Action, AccountAlias, refusal) => {
    expect(await provoke(world, world.admin, { Action, AccountAlias })).toEqual(refusal)
  })

  it.each(['CreateAccountAlias', 'DeleteAccountAlias', 'ListAccountAliases'])(
    '%s is asked for on *',
    async Action => {
      const nobody = await createCaller(world, `nobody-${Action}`, [])
      expect(await provoke(world, nobody, { Action, AccountAlias: 'example' })).toEqual([
        403,
        'AccessDenied',
        formatDenial(`nobody-${Action}`, Action, '*'),
      ])
    },
  )
})
