import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createParts, NOW_MS, random } from '../../test/support/issuer-parts.ts'
import type { Store } from '../store/ports.ts'
import { createSqliteStore } from '../store/sqlite/sqlite-store.ts'
import { type ApplyDeps, applyDeclaration } from './apply-declaration.ts'
import type { Declaration, ParsedDeclaration } from './declaration.ts'
import { DeclarationError } from './declaration-error.ts'
import { exportDeclaration } from './export-declaration.ts'
import { parseDeclaration } from './parse-declaration.ts'
import { formatChange, planChanges } from './plan.ts'

const ALLOW =
  '{ Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "s3:*", Resource: "*" }] }'
const TRUST =
  '{ Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: { AWS: "123456789012" }, Action: "sts:AssumeRole" }] }'

const FULL = `
accounts:
  - id: '123456789012'
    name: production
    organization: o-example1234/r-ab12/ou-ab12-11111111
    federation: enabled
    managedPolicies:
      - { name: tokens, path: /app/, description: may ask for tokens, tags: { a: b }, document: ${ALLOW} }
    groups:
      - { name: developers, path: /team/, policies: { inline: ${ALLOW} } }
    users:
      - name: alice
        path: /people/
        tags: { team: data }
        permissionsBoundary: arn:aws:iam::123456789012:policy/app/tokens
        groups: [developers]
        policies: { own: ${ALLOW} }
        attachedPolicies: ['arn:aws:iam::123456789012:policy/app/tokens']
    roles:
      - { name: deployer, description: deploys, trustPolicy: ${TRUST}, maxSessionSeconds: 7200, tags: { x: y } }
    alias: example
    instanceProfiles:
      - { name: machine, path: /m/, tags: { a: b }, role: deployer }
    oidcProviders:
      - { url: 'https://idp.example.com/x', clientIds: [b, a], jwks: { keys: [] }, contextProvider: { subjectTypeValue: user, keyDefinitionList: [{ sourceKey: acr, targetKey: Strength }, { sourceKey: email }] } }
organizations:
  - id: o-example1234
    policies:
      - { target: r-ab12, kind: scp, name: guard, document: ${ALLOW} }
`

let store: Store
let deps: ApplyDeps

beforeEach(async () => {
  store = await createSqliteStore({ path: ':memory:' })
  deps = {
    store,
    issuer: createParts({ store }).issuer,
    random,
    nowMs: NOW_MS,
    trustRules: {
      requiresCallerClaim: false,
      listedOrigins: [],
      findOwnIssuerId: () => null,
    },
    defaultPartition: 'aws',
  }
})

afterEach(() => store.close())

function parse(text: string): ParsedDeclaration {
  return parseDeclaration(text, { requiresCallerClaim: false })
}

async function apply(text: string, isPruning = false): Promise<readonly string[]> {
  return (await applyDeclaration(deps, parse(text), isPruning)).map(formatChange)
}

function sortLists({ accounts, organizations }: Declaration | ParsedDeclaration): Declaration {
  return {
    organizations,
    accounts: accounts.map(account => ({
      ...account,
      partition: account.partition ?? 'aws',
      oidcProviders: account.oidcProviders.map(provider => ({
        ...provider,
        clientIds: provider.clientIds.toSorted(),
      })),
    })),
  }
}

describe('apply', () => {
  it('makes everything that is declared, and export writes the same', async () => {
    expect(await apply(FULL)).toEqual([
      '+ account 123456789012 (123456789012)',
      '+ managed policy tokens (123456789012)',
      '+ group developers (123456789012)',
      '+ user alice (123456789012)',
      '+ role deployer (123456789012)',
      '+ instance profile machine (123456789012)',
      '+ OIDC provider https://idp.example.com/x (123456789012)',
      '+ control policy scp guard of r-ab12 (o-example1234)',
    ])
    const exported = await exportDeclaration(store)
    expect(sortLists(exported)).toEqual(sortLists(parse(FULL)))
    expect(parse(JSON.stringify(exported))).toEqual(exported)
  })

  it('changes nothing the second time, whatever the order of lists', async () => {
    await apply(FULL)
    expect(await apply(FULL.replace('[b, a]', '[a, b]'))).toEqual([])
  })

  it.each([
    ['tags of a user', '{ team: data }', '{ team: web }', '~ user alice (123456789012): tags'],
    ['a path', 'path: /people/', 'path: /', '~ user alice (123456789012): path'],
    ['groups', 'groups: [developers]', 'groups: []', '~ user alice (123456789012): groups'],
    [
      'a boundary',
      'permissionsBoundary: arn:aws:iam::123456789012:policy/app/tokens',
      'permissionsBoundary: null',
      '~ user alice (123456789012): permissionsBoundary',
    ],
    [
      'inline policies',
      `{ own: ${ALLOW} }`,
      `{ other: ${ALLOW} }`,
      '~ user alice (123456789012): policies',
    ],
    [
      'attachments',
      "attachedPolicies: ['arn:aws:iam::123456789012:policy/app/tokens']",
      'attachedPolicies: []',
      '~ user alice (123456789012): attachedPolicies',
    ],
    [
      'a role',
      'maxSessionSeconds: 7200',
      'maxSessionSeconds: 3600',
      '~ role deployer (123456789012): maxSessionSeconds',
    ],
    [
      'a provider',
      '[b, a]',
      '[c]',
      '~ OIDC provider https://idp.example.com/x (123456789012): clientIds',
    ],
    [
      'federation',
      'federation: enabled',
      'federation: disabled',
      '~ account 123456789012 (123456789012): federation',
    ],
    [
      'the place in the organization',
      'ou-ab12-11111111',
      'ou-ab12-22222222',
      '~ account 123456789012 (123456789012): organization',
    ],
  ])('changes %s alone', async (_what, from, to, change) => {
    await apply(FULL)
    const changed = FULL.replace(from, to)
    expect(changed).not.toBe(FULL)
    expect(await apply(changed)).toEqual([change])
    expect(sortLists(await exportDeclaration(store))).toEqual(sortLists(parse(changed)))
  })

  it('makes a new version of a changed managed policy, and gives up the oldest of five', async () => {
    for (let number = 1; number <= 7; number += 1) {
      await apply(FULL.replace('"s3:*"', `"s3:Get${number}*"`))
    }
    const arn = 'arn:aws:iam::123456789012:policy/app/tokens'
    const [account] = (await store.listAccounts({ marker: null, maxItems: 1 })).items
    if (account === undefined) throw new Error('no account')
    const versions = await store.listPolicyVersions(account.id, arn)
    expect(versions.map(({ versionId }) => versionId)).toEqual(['v7', 'v6', 'v5', 'v4', 'v3'])
    expect((await store.findManagedPolicy(account.id, arn))?.defaultVersionId).toBe('v7')
  })

  it('leaves alone what is not declared, and deletes it when pruning, but for accounts', async () => {
    await apply(FULL)
    const less = `accounts: [{ id: '123456789012', name: production, organization: o-example1234/r-ab12/ou-ab12-11111111 }]`
    expect(await apply(less)).toEqual([])
    expect(await apply(less, true)).toEqual([
      '- OIDC provider https://idp.example.com/x (123456789012)',
      '- instance profile machine (123456789012)',
      '- role deployer (123456789012)',
      '- user alice (123456789012)',
      '- group developers (123456789012)',
      '- managed policy tokens (123456789012)',
    ])
    expect(await apply('accounts: []', true)).toEqual([])
  })

  it.each([
    ['name: production', 'name: staging', 'The name of account 123456789012'],
    ['path: /app/,', 'path: /other/,', 'The path of managed policy tokens'],
    ['name: deployer,', 'name: deployer, path: /ci/,', 'The path of role deployer'],
  ])('refuses %s as %s in the plan, before anything is changed', async (from, to, what) => {
    await apply(FULL)
    const current = await exportDeclaration(store)
    const text = FULL.replace('{ team: data }', '{ team: web }').replace(from, to)
    const desired = sortLists(parse(text))
    expect(() => planChanges(current, desired, false)).toThrow(`${what} cannot be changed.`)
  })

  it('gives a new account the partition of the configuration, and leaves a present one its own', async () => {
    deps = { ...deps, defaultPartition: 'aws-eusc' }
    const roleTrust = `{ Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: { AWS: "arn:aws-eusc:iam::123456789012:root" }, Action: "sts:AssumeRole" }] }`
    const text = `accounts: [{ id: "123456789012", roles: [{ name: r, trustPolicy: ${roleTrust} }] }]`
    expect(await apply(text)).toHaveLength(2)
    deps = { ...deps, defaultPartition: 'aws' }
    expect(await apply(text)).toEqual([])
    const [account] = (await exportDeclaration(store)).accounts
    expect(account?.partition).toBe('aws-eusc')
    await expect(apply('accounts: [{ id: "123456789012", partition: aws }]')).rejects.toThrow(
      'The partition of account 123456789012 cannot be changed.',
    )
  })

  it('changes nothing when one entity is refused, and says which', async () => {
    const actions = Array.from({ length: 200 }, (_, number) => `"s3:Get${number}Object"`).join(', ')
    const large = ALLOW.replace('"s3:*"', `[${actions}]`)
    const refused = FULL.replace(`policies: { own: ${ALLOW} }`, `policies: { own: ${large} }`)
    expect(refused).not.toBe(FULL)
    await expect(apply(refused)).rejects.toMatchObject({
      code: 'LimitExceeded',
      message:
        'user alice (123456789012): Maximum policy size of 2048 bytes exceeded for user alice',
    })
    expect((await store.listAccounts({ marker: null, maxItems: 1 })).items).toEqual([])
    await apply(FULL)
  })
})

describe('parseDeclaration', () => {
  it.each([
    ['broken YAML', 'accounts: [', /Flow sequence/],
    ['a list', '[]', /the document: /],
    ['an unknown member', 'people: []', /Unrecognized key: "people"/],
    [
      'an unknown member of a user',
      "accounts: [{ id: '123456789012', users: [{ name: a, secret: x }] }]",
      /accounts\.0\.users\.0: Unrecognized key: "secret"/,
    ],
    [
      'an account id that YAML takes for a number',
      'accounts: [{ id: 123456789012 }]',
      /accounts\.0\.id/,
    ],
    [
      'a role without trust',
      "accounts: [{ id: '123456789012', roles: [{ name: r }] }]",
      /accounts\.0\.roles\.0\.trustPolicy/,
    ],
    [
      'an account twice',
      "accounts: [{ id: '123456789012' }, { id: '123456789012' }]",
      /accounts: 123456789012 occurs twice/,
    ],
    [
      'names that differ in case alone',
      "accounts: [{ id: '123456789012', users: [{ name: a }, { name: A }] }]",
      /users: a occurs twice/,
    ],
    [
      'a policy that is none',
      "accounts: [{ id: '123456789012', users: [{ name: a, policies: { p: { Statement: [{ Effect: Maybe, Action: x, Resource: '*' }] } } }] }]",
      /users a, policy p: .*Maybe/,
    ],
    [
      'a reserved tag',
      "accounts: [{ id: '123456789012', users: [{ name: a, tags: { 'aws:x': y } }] }]",
      /users a, tags/,
    ],
    [
      'a place that is none',
      "accounts: [{ id: '123456789012', organization: somewhere }]",
      /somewhere is not a place/,
    ],
    [
      'a trust policy among SCPs',
      `organizations: [{ id: o-example1234, policies: [{ target: r-ab12, kind: scp, name: x, document: ${TRUST} }] }]`,
      /organization o-example1234, scp x of r-ab12/,
    ],
  ])('refuses %s with its place', (_what, text, message) => {
    expect(() => parse(text)).toThrow(DeclarationError)
    expect(() => parse(text)).toThrow(message)
  })

  it('fills in every default', () => {
    expect(parse('')).toEqual({ accounts: [], organizations: [] })
  })
})
