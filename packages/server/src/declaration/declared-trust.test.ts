import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createParts, NOW_MS, random } from '../../test/support/issuer-parts.ts'
import { parseAccountId } from '../principals/identifiers.ts'
import type { Store } from '../store/ports.ts'
import { createSqliteStore } from '../store/sqlite/sqlite-store.ts'
import { applyDeclaration } from './apply-declaration.ts'
import type { ParsedDeclaration } from './declaration.ts'
import { DeclarationError } from './declaration-error.ts'
import { exportDeclaration } from './export-declaration.ts'
import { parseDeclaration } from './parse-declaration.ts'
import { formatChange } from './plan.ts'
import { planDeclaration } from './plan-declaration.ts'

let store: Store

beforeEach(async () => {
  store = await createSqliteStore({ path: ':memory:' })
})

afterEach(() => store.close())

function parse(text: string): ParsedDeclaration {
  return parseDeclaration(text, { requiresCallerClaim: false })
}

async function apply(text: string, isPruning = false): Promise<readonly string[]> {
  const { issuer } = createParts({ store })
  const parts = {
    store,
    issuer,
    random,
    nowMs: NOW_MS,
    trustRules: {
      requiresCallerClaim: false,
      listedOrigins: [],
      findOwnIssuerId: () => null,
    },
    defaultPartition: 'aws',
  } as const
  return (await applyDeclaration(parts, parse(text), isPruning)).map(formatChange)
}

describe('whom declared roles trust', () => {
  const trustOf = (...principals: readonly string[]): string =>
    `{ Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: { AWS: [${principals.join(', ')}] }, Action: "sts:AssumeRole" }] }`
  const arn = (name: string, account = '123456789012'): string =>
    `"arn:aws:iam::${account}:${name}"`

  const MUTUAL = `
accounts:
  - id: '111111111111'
    roles:
      - { name: first, trustPolicy: ${trustOf(arn('role/first', '111111111111'), arn('role/second', '222222222222'))} }
  - id: '222222222222'
    users: [{ name: carol }]
    roles:
      - { name: second, trustPolicy: ${trustOf(arn('role/first', '111111111111'), arn('user/carol', '222222222222'))} }
`
  const declare = (users: readonly string[], ...trusted: readonly string[]): string => `
accounts:
  - id: '123456789012'
    users: [${users.map(name => `{ name: ${name} }`).join(', ')}]
    roles: [{ name: target, trustPolicy: ${trustOf(...trusted)} }]
`

  async function findTarget() {
    const account = parseAccountId('123456789012')
    const role = await store.findRole(account, 'target')
    const user = await store.findUser(account, 'ann')
    if (role === null) throw new Error('no role')
    return { account, role, user }
  }

  it('may be made by the same declaration, themselves and one another', async () => {
    expect(await apply(MUTUAL)).toHaveLength(5)
    expect(await apply(MUTUAL)).toEqual([])
    const role = await store.findRole(parseAccountId('111111111111'), 'first')
    const ids = role?.trustPins?.map(({ id }) => id)
    expect(ids).toEqual([role?.id, expect.stringMatching(/^AROA/)])
    expect(parse(JSON.stringify(await exportDeclaration(store))).accounts).toMatchObject(
      parse(MUTUAL).accounts.map(account => ({ ...account, partition: 'aws' })),
    )
  })

  it.each([
    ['a user', arn('user/eve'), arn('user/eve')],
    ['a user under another path', arn('user/x/ann'), arn('user/x/ann')],
    ['a session of no role', '"arn:aws:sts::123456789012:assumed-role/x/s"', 'assumed-role/x/s'],
    ['an account', '"999999999999"', '"999999999999"'],
    ['somebody of another partition', '"arn:aws-cn:iam::123456789012:user/ann"', 'aws-cn'],
    ['an id', `AIDA${'A'.repeat(17)}`, `AIDA${'A'.repeat(17)}`],
  ])('are refused in the plan, before anything is changed: %s', async (_, principal, text) => {
    const planned = planDeclaration(
      { store, defaultPartition: 'aws' },
      parse(declare(['ann'], principal)),
      false,
    )
    await expect(planned).rejects.toThrow(DeclarationError)
    await expect(planned).rejects.toThrow(
      'account 123456789012, role target, trustPolicy: Invalid principal in policy: "AWS":',
    )
    await expect(planned).rejects.toThrow(text)
    expect((await exportDeclaration(store)).accounts).toEqual([])
  })

  it('are refused when the same declaration deletes them', async () => {
    await apply(declare(['ann', 'bob'], arn('user/ann')))
    const changed = declare(['bob'], arn('user/ann'))
    expect(await apply(changed)).toEqual([])
    await expect(apply(changed, true)).rejects.toThrow('user/ann')
  })

  it('are not followed by others of their names, until the declaration says so again', async () => {
    const declared = declare(['ann'], arn('user/ann'))
    await apply(declared)
    const { account, user } = await findTarget()
    if (user === null) throw new Error('no user')
    await store.deleteUser(account, user.id)
    const exported = JSON.stringify(await exportDeclaration(store))
    expect(exported).toContain(user.id)
    expect(await apply(exported)).toEqual([])
    expect(
      await apply(exported.replace('"maxSessionSeconds":3600', '"maxSessionSeconds":7200')),
    ).toEqual(['~ role target (123456789012): maxSessionSeconds'])
    expect((await findTarget()).role.trustPins?.[0]?.id).toBe(user.id)

    expect(await apply(declared)).toEqual([
      '+ user ann (123456789012)',
      '~ role target (123456789012): trustPolicy, maxSessionSeconds',
    ])
    const { role, user: second } = await findTarget()
    expect(role.trustPins?.[0]?.id).toBe(second?.id)
    expect(await apply(declared)).toEqual([])
  })

  it('are exported under the names that they have now', async () => {
    await apply(declare(['ann'], '"123456789012"', arn('user/ann')))
    const { user } = await findTarget()
    if (user === null) throw new Error('no user')
    await store.saveUser({ ...user, name: 'nan', path: '/team/' })
    const exported = await exportDeclaration(store)
    expect(JSON.stringify(exported)).toContain(
      '["123456789012","arn:aws:iam::123456789012:user/team/nan"]',
    )
    expect(await apply(JSON.stringify(exported))).toEqual([])
    expect(await exportDeclaration(store)).toEqual(exported)
  })

  it('are looked up again where a stored name stood for nobody', async () => {
    const declared = declare(['ann'], arn('user/ann'))
    await apply(declared)
    const { role, user } = await findTarget()
    const pins = role.trustPins?.map(pin => ({ ...pin, id: null })) ?? []
    await store.saveRole({ ...role, trustPins: pins })
    expect(JSON.stringify(await exportDeclaration(store))).toContain(
      '["arn:aws:iam::123456789012:user/ann"]',
    )
    expect(await apply(declared)).toEqual(['~ role target (123456789012): trustPolicy'])
    expect((await findTarget()).role.trustPins?.[0]?.id).toBe(user?.id)
  })
})
