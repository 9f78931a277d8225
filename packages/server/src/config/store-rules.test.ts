import { describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import { loadConfig } from './load-config.ts'
import { parsePostgresUrl } from './postgres-url.ts'
import { POSTGRES_KEYS } from './store-rules.ts'

const URL = 'postgres://credence@db.internal/credence'
const LOCAL_URL = 'postgres://credence@127.0.0.1/credence'
const SOCKET_URL = 'postgres://credence@%2Frun%2Fpostgresql/credence'

function refusal(settings: Readonly<Record<string, string>>): readonly string[] {
  try {
    const flags = Object.entries(settings)
    loadConfig({ file: null, env: {}, flags, readFile: () => '' })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ message }) => message)
    throw error
  }
}

describe('store.url', () => {
  it.each([
    [URL, { host: 'db.internal', port: 5432, user: 'credence', database: 'credence' }],
    [
      'postgresql://a%40b@[2001:db8::1]:6432/my%20store?sslmode=verify-full',
      { host: '2001:db8::1', port: 6432, user: 'a@b', database: 'my store' },
    ],
    [SOCKET_URL, { host: '/run/postgresql', port: 5432, user: 'credence', database: 'credence' }],
  ])('%s is read', (url, place) => {
    expect(refusal({ 'store.url': url })).toEqual([])
    expect(parsePostgresUrl(url)).toEqual(place)
  })

  it.each([
    ['db.internal', 'must be a URL such as postgres://credence@db.internal/credence'],
    ['mysql://a@db/b', 'must be a URL such as postgres://credence@db.internal/credence'],
    [
      'postgres://a:secret@db/b',
      'must have no password: name a file with `store.passwordFile`, or a variable with `store.passwordEnv`',
    ],
    ['postgres://db/b', 'must name the user: postgres://USER@HOST/DATABASE'],
    ['postgres://a@db', 'must name one database: postgres://USER@HOST/DATABASE'],
    ['postgres://a@db/b/c', 'must name one database: postgres://USER@HOST/DATABASE'],
    ['postgres://a@db/b%00', 'must be percent-encoded UTF-8'],
    ['postgres://a@db/b%ff', 'must be percent-encoded UTF-8'],
    ['postgres://a@db/b#c', 'must have no fragment'],
    ['postgres:///b', 'must name the host'],
    ['postgres://a@%ff/b', 'must be percent-encoded UTF-8'],
    [
      'postgres://a@db/b?host=/run',
      'must not have `host`: what is not in the URL is a key of `store`',
    ],
    ['postgres://a@db/b?sslmode=verify-full&sslmode=disable', 'must have one `sslmode`'],
    ...['disable', 'allow', 'prefer', 'require', 'verify-ca', ''].map(word => [
      `postgres://a@db/b?sslmode=${word}`,
      'must not have this `sslmode`: the certificate of the database is always verified, as by `verify-full`; for a database on this machine, `store.tlsMode` can be `off`',
    ]),
    [
      'postgres://a@db/b?sslrootcert=ca.pem',
      'must not have `sslrootcert`: what is not in the URL is a key of `store`',
    ],
  ])('%s is refused', (url, fault) => {
    expect(refusal({ 'store.url': url })).toEqual([`store.url ${fault}`])
  })
})

describe('settings of a store', () => {
  it.each([
    [{ 'store.url': URL, 'store.passwordFile': 'a', 'store.caFile': 'b' }, []],
    [{ 'store.url': LOCAL_URL, 'store.tlsMode': 'off' }, []],
    [
      { 'store.url': URL, 'store.path': '.credence/credence.db' },
      ['store.url cannot stand beside `store.path`: records are kept in one place'],
    ],
    [
      { 'store.url': URL, 'store.passwordFile': 'a', 'store.passwordEnv': 'A' },
      ['store.passwordEnv cannot stand beside `store.passwordFile`'],
    ],
    [
      { 'store.url': URL, 'store.clientCertFile': 'a' },
      ['store.clientCertFile needs `store.clientKeyFile` too'],
    ],
    [
      { 'store.url': URL, 'store.clientKeyFile': 'a' },
      ['store.clientKeyFile needs `store.clientCertFile` too'],
    ],
    [
      { 'store.url': URL, 'store.tlsMode': 'off' },
      ['store.tlsMode must be `verify` for a database that is not on this machine'],
    ],
    [
      { 'store.url': LOCAL_URL, 'store.tlsMode': 'off', 'store.caFile': 'a' },
      ['store.caFile cannot stand beside a connection without TLS'],
    ],
    [
      { 'store.url': SOCKET_URL, 'store.caFile': 'a' },
      ['store.caFile cannot stand beside a connection without TLS'],
    ],
    [{ 'store.url': URL, 'store.consistency': 'strict' }, []],
    [
      {
        'store.url': URL,
        'store.consistency': 'strict',
        'store.maxStalenessMilliseconds': '2000',
      },
      [
        'store.maxStalenessMilliseconds cannot stand beside a `store.consistency` of `strict`, where nothing is old',
      ],
    ],
  ] as readonly [Readonly<Record<string, string>>, readonly string[]][])(
    '%o',
    (settings, found) => {
      expect(refusal(settings)).toEqual(found)
    },
  )

  it('of a database are refused where there is none', () => {
    const values: Partial<Record<(typeof POSTGRES_KEYS)[number], string>> = {
      passwordEnv: 'A',
      tlsMode: 'verify',
      consistency: 'bounded',
    }
    for (const name of POSTGRES_KEYS) {
      const value = values[name] ?? (/connections|Seconds|Milliseconds/.test(name) ? '500' : 'a')
      const bounded = /connections|connectTimeout/.test(name) ? '5' : value
      const text = /Seconds/.test(name) ? '5' : bounded
      expect(refusal({ [`store.${name}`]: text }), name).toContain(
        `store.${name} needs \`store.url\` too`,
      )
    }
  })
})
