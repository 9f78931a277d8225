import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { createVerifier, type NonEmpty, type Partition } from '@credence/verify'
import { describe, expect, it } from 'vitest'
import { PARTITIONS } from '../../src/principals/arn.ts'
import { startCredence } from '../../src/testing/index.ts'

const ACCOUNT = '123456789012'
const AUDIENCE = 'https://api.example.com'

describe.each(PARTITIONS)('with account.partition=%s', partition => {
  it('everybody has ARNs of the partition, and tokens name it', async () => {
    await using credence = await startCredence({ settings: { 'account.partition': partition } })
    const role = await credence.createRole('worker')
    const sts = new STSClient(role.clientConfig())
    const identity = await sts.send(new GetCallerIdentityCommand({}))
    sts.destroy()
    const session = `arn:${partition}:sts::${ACCOUNT}:assumed-role/worker/`
    expect(identity.Arn?.slice(0, session.length)).toBe(session)

    const token = await role.token({ audience: AUDIENCE })
    const verify = (...partitions: NonEmpty<Partition>) =>
      createVerifier({
        issuers: [credence.trustedIssuer],
        audience: AUDIENCE,
        partitions,
        nowMs: credence.clock.nowMs,
      }).verify(token)
    const { principal } = await verify(partition)
    expect(principal).toMatchObject({
      arn: `arn:${partition}:iam::${ACCOUNT}:role/worker`,
      partition,
    })
    const other = partition === 'aws' ? 'aws-cn' : 'aws'
    await expect(verify(other)).rejects.toMatchObject({ code: 'partition_refused' })
  })
})
