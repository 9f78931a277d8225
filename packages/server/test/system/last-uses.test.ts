import { CreateRoleCommand, GetAccessKeyLastUsedCommand, GetRoleCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { expect, it, vi } from 'vitest'
import { startServe } from './credence-process.ts'
import { ACCOUNT_ID, createInstallation } from './installation.ts'
import { createSdkClients } from './sdk-clients.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 60_000 })

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT_ID }, Action: 'sts:AssumeRole' }],
})

it.each([
  ['where the clients have signed for', {}, ['eu-central-1', 'ap-south-1']],
  ['in the one region of the server', { sts: { regions: ['home'] } }, ['home', 'home']],
])('knows after a restart that a key and a role were last used %s', async (_, settings, where) => {
  const [keyRegion, roleRegion] = where
  using installation = await createInstallation({ settings })
  using clients = createSdkClients(installation)
  const { iam, sts } = clients
  {
    await using server = await startServe(installation.configFile)
    for (const RoleName of ['used', 'unused']) {
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST }))
    }
    const RoleArn = `arn:aws:iam::${ACCOUNT_ID}:role/used`
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' }),
    )
    const session = new STSClient({
      endpoint: installation.endpoint,
      region: 'ap-south-1',
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    })
    await session.send(new GetCallerIdentityCommand({}))
    session.destroy()
    expect((await server.stop('SIGTERM')).exitCode).toBe(0)
  }
  await using server = await startServe(installation.configFile)
  const { Role: used } = await iam.send(new GetRoleCommand({ RoleName: 'used' }))
  expect(used?.RoleLastUsed).toEqual({ LastUsedDate: expect.any(Date), Region: roleRegion })
  const { Role: unused } = await iam.send(new GetRoleCommand({ RoleName: 'unused' }))
  expect(unused?.RoleLastUsed).toEqual({})
  const { accessKeyId: AccessKeyId } = installation.credentials
  const key = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
  expect(key.AccessKeyLastUsed).toMatchObject({ ServiceName: 'sts', Region: keyRegion })
  await server.stop('SIGTERM')
})
