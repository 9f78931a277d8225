import { describe, expect, it } from 'vitest'
import {
  ACCOUNT_ID,
  createKey,
  createKeyId,
  createManagedPolicy,
  createOidcProvider,
  createPolicyVersion,
  OTHER_ACCOUNT_ID,
} from '../store/test/records.ts'
import { createWorld } from './test/world.ts'

const PROVIDER = createOidcProvider('idp.example.org')
const POLICY = createManagedPolicy(1)
const DOCUMENT =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'

describe('what sessions are made by', () => {
  it('is read once, also where nothing is, and followed when it comes and goes', async () => {
    const world = await createWorld()
    const { directory, store } = world
    const look = async () => [
      (await directory.findAccount(ACCOUNT_ID))?.id,
      await directory.findAccount(OTHER_ACCOUNT_ID),
      (await directory.findOidcProvider(ACCOUNT_ID, PROVIDER.arn))?.url,
      await directory.findKeyAccount(createKeyId(1)),
      await directory.findKeyAccount(createKeyId(9)),
      await directory.hasManagedPolicy(ACCOUNT_ID, POLICY.arn),
    ]
    await world.follow()
    const before = [ACCOUNT_ID, null, undefined, ACCOUNT_ID, null, false]
    expect(await look()).toEqual(before)
    world.isDown = true
    expect(await look()).toEqual(before)

    world.isDown = false
    await store.createOidcProvider(PROVIDER)
    await store.createManagedPolicy(POLICY, createPolicyVersion(1, DOCUMENT))
    await store.createAccessKey({ ...createKey(9), status: 'Inactive' })
    await store.deleteAccessKey(createKeyId(1))
    await world.follow()
    const after = [ACCOUNT_ID, null, PROVIDER.url, null, ACCOUNT_ID, true]
    expect(await look()).toEqual(after)
    world.isDown = true
    expect(await look()).toEqual(after)
  })
})
