import { describe, expect, it } from 'vitest'
import { IAM, STS } from '../operations/apis.ts'
import { type RouteKey, route } from './route.ts'

const KEY: RouteKey = {
  path: '/',
  rawQuery: '',
  action: 'GetCallerIdentity',
  version: '2011-06-15',
}
const LIST_USERS = { action: 'ListUsers', version: '2010-05-08' }

describe('action and version name the operation', () => {
  it.each<readonly [string, Partial<RouteKey>, object]>([
    ['of STS', {}, { api: STS, name: 'GetCallerIdentity' }],
    ['of IAM', LIST_USERS, { api: IAM, name: 'ListUsers' }],
    ['at a path that names its API', { path: '/sts' }, { api: STS }],
    [
      'at a path that names its API, with a slash',
      { ...LIST_USERS, path: '/x/iam/' },
      { api: IAM },
    ],
    ['at any other path', { path: '/elsewhere/stsx' }, { api: STS }],
  ])('%s', (_, changes, operation) => {
    expect(route({ ...KEY, ...changes })).toMatchObject(operation)
  })
})

describe('a call of nothing that is known', () => {
  const unknown = (action: string, version: string) =>
    `Could not find operation ${action} for version ${version}`

  it.each<readonly [string, Partial<RouteKey>, string]>([
    ['an action of no API', { action: 'Nothing' }, unknown('Nothing', '2011-06-15')],
    ['an action of another API', { action: 'ListUsers' }, unknown('ListUsers', '2011-06-15')],
    ['another case', { action: 'getcalleridentity' }, unknown('getcalleridentity', '2011-06-15')],
    [
      'a member that every object has',
      { action: 'constructor' },
      unknown('constructor', '2011-06-15'),
    ],
    ['no action but its name', { action: '' }, unknown('', '2011-06-15')],
    ['another version', { version: '2011-06-16' }, unknown('GetCallerIdentity', '2011-06-16')],
    ['no version', { version: null }, unknown('GetCallerIdentity', 'NO_VERSION_SPECIFIED')],
    [
      'a path that serves another API',
      { path: '/iam' },
      unknown('GetCallerIdentity', '2011-06-15'),
    ],
    [
      'a long action, of which the beginning comes back',
      { action: 'a b '.repeat(1000) },
      unknown(`${'a b '.repeat(256)}…`, '2011-06-15'),
    ],
    [
      'a long version, of which the beginning comes back',
      { version: 'a b '.repeat(1000) },
      unknown('GetCallerIdentity', `${'a b '.repeat(256)}…`),
    ],
  ])('is refused: %s', (_, changes, message) => {
    expect(() => route({ ...KEY, ...changes })).toThrow(
      expect.objectContaining({ code: 'InvalidAction', message }),
    )
  })

  it.each([
    ['', 'https://aws.amazon.com/iam'],
    ['a=1&b', 'https://aws.amazon.com/iam?a=1&b'],
  ])(
    'is sent to the documentation when it names no action, with the query %j',
    (rawQuery, location) => {
      expect(() => route({ ...KEY, action: null, rawQuery })).toThrow(
        expect.objectContaining({ name: 'BareRefusal', httpStatus: 302, headers: { location } }),
      )
    },
  )
})
