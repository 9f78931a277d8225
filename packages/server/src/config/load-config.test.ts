import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import { CONFIG_KEYS } from './config-keys.ts'
import type { ConfigValue } from './key-types.ts'
import { type ConfigSources, loadConfig } from './load-config.ts'
import { formatOrigin } from './setting.ts'
import { POSTGRES_KEYS } from './store-rules.ts'

/** A value other than the default for every key: as text, as YAML and in memory. */
const SAMPLES: Readonly<Record<string, readonly [text: string, yaml: string, value: ConfigValue]>> =
  {
    'listen.host': ['::1', '"::1"', '::1'],
    'listen.port': ['0', '0', 0],
    'server.workers': ['2', '2', 2],
    'server.hungAfterSeconds': ['3', '3', 3],
    'tls.certFile': ['cert.pem', 'cert.pem', 'cert.pem'],
    'tls.keyFile': ['key.pem', 'key.pem', 'key.pem'],
    'tls.reloadIntervalSeconds': ['5', '5', 5],
    'limits.maxBodyBytes': ['2048', '2048', 2048],
    'limits.maxHeadBytes': ['8192', '8192', 8192],
    'limits.headersTimeoutSeconds': ['7', '7', 7],
    'limits.requestTimeoutSeconds': ['20', '20', 20],
    'limits.keepAliveTimeoutSeconds': ['5', '5', 5],
    'limits.maxConnections': ['12', '12', 12],
    'limits.maxRequestsInFlight': ['64', '64', 64],
    'limits.maxWaitMilliseconds': ['250', '250', 250],
    'limits.rateAccountPerSecond': ['600', '600', 600],
    'limits.rateAccountBurst': ['1200', '1200', 1200],
    'limits.ratePrincipalPerSecond': ['100', '100', 100],
    'limits.ratePrincipalBurst': ['200', '200', 200],
    'limits.shutdownGraceSeconds': ['0', '0', 0],
    'issuer.baseUrl': [
      'https://sts.example.org/a',
      'https://sts.example.org/a',
      'https://sts.example.org/a',
    ],
    'issuer.hostPattern': [
      'https://{id}.example.org',
      "'https://{id}.example.org'",
      'https://{id}.example.org',
    ],
    'issuer.aliases': [
      '[{"baseUrl":"https://b.example","until":"2027-01-31T00:00:00Z"}]',
      '[{ baseUrl: https://b.example, until: 2027-01-31T00:00:00Z }]',
      [{ baseUrl: 'https://b.example', hostPattern: null, until: '2027-01-31T00:00:00Z' }],
    ],
    'issuer.signAs': ['https://b.example', 'https://b.example', 'https://b.example'],
    'issuer.allowInsecureHttp': ['true', 'true', true],
    'issuer.keyIds': ['aws', 'aws', 'aws'],
    'issuer.cacheMaxAgeSeconds': ['60', '60', 60],
    'keys.rotateEvery': ['30d', '30d', '30d'],
    'keys.publishBefore': ['2h', '2h', '2h'],
    'keys.keepAfter': ['3d', '3d', '3d'],
    'keys.rememberReaders': ['7d', '7d', '7d'],
    'publish.targets': [
      '[{"name":"site","kind":"directory","path":"/srv/keys","publicUrl":"https://keys.example"}]',
      '[{ name: site, kind: directory, path: /srv/keys, publicUrl: "https://keys.example" }]',
      [
        {
          name: 'site',
          kind: 'directory',
          path: '/srv/keys',
          publicUrl: 'https://keys.example',
          required: true,
          maxLag: '60s',
        },
      ],
    ],
    'sts.regions': ['eu-central-1, home', '[eu-central-1, home]', ['eu-central-1', 'home']],
    'sts.globalEndpointHosts': ['', '[]', []],
    'sts.unsignedRegion': ['home', 'home', 'home'],
    'sts.computeContextBrokers': [
      'arn:aws:iam::123456789012:user/broker',
      '["arn:aws:iam::123456789012:user/broker"]',
      ['arn:aws:iam::123456789012:user/broker'],
    ],
    'webIdentity.listedOrigins': [
      'http://127.0.0.1:8080, https://idp.internal',
      '["http://127.0.0.1:8080", "https://idp.internal"]',
      ['http://127.0.0.1:8080', 'https://idp.internal'],
    ],
    'webIdentity.maxWaiting': ['200', '200', 200],
    'webIdentity.maxWaitingPerProvider': ['7', '7', 7],
    'webIdentity.caFile': ['ca.pem', 'ca.pem', 'ca.pem'],
    'webIdentity.requireCallerClaim': ['true', 'true', true],
    'federation.propagationDelaySeconds': ['3', '3', 3],
    'account.partition': ['aws-cn', 'aws-cn', 'aws-cn'],
    'store.path': ['/var/lib/c.db', '/var/lib/c.db', '/var/lib/c.db'],
    'store.url': ['postgres://a@db/b', 'postgres://a@db/b', 'postgres://a@db/b'],
    'store.passwordFile': ['db.password', 'db.password', 'db.password'],
    'store.passwordEnv': ['DB_PASSWORD', 'DB_PASSWORD', 'DB_PASSWORD'],
    'store.tlsMode': ['off', 'off', 'off'],
    'store.caFile': ['ca.pem', 'ca.pem', 'ca.pem'],
    'store.clientCertFile': ['client.pem', 'client.pem', 'client.pem'],
    'store.clientKeyFile': ['client.key', 'client.key', 'client.key'],
    'store.connections': ['3', '3', 3],
    'store.connectTimeoutSeconds': ['7', '7', 7],
    'store.statementTimeoutSeconds': ['7', '7', 7],
    'store.idleTransactionTimeoutSeconds': ['7', '7', 7],
    'store.consistency': ['strict', 'strict', 'strict'],
    'store.maxStalenessMilliseconds': ['700', '700', 700],
    'store.installationId': [
      '450216a4-5950-4eb1-8c2b-51d3785cdcff',
      '450216a4-5950-4eb1-8c2b-51d3785cdcff',
      '450216a4-5950-4eb1-8c2b-51d3785cdcff',
    ],
    'store.lockTimeoutSeconds': ['3', '3', 3],
    'masterKey.file': ['master.key', 'master.key', 'master.key'],
    'masterKey.env': ['MASTER', 'MASTER', 'MASTER'],
    'masterKey.fd': ['3', '3', 3],
    'masterKey.nextFile': ['next.key', 'next.key', 'next.key'],
    'masterKey.previousFile': ['former.key', 'former.key', 'former.key'],
    'signer.multiBuffer': ['off', 'off', 'off'],
    'signer.multiBufferLibrary': ['mb.so', 'mb.so', 'mb.so'],
    'signer.nettle': ['off', 'off', 'off'],
    'audit.destination': ['stdout', 'stdout', 'stdout'],
    'audit.file': ['a.jsonl', 'a.jsonl', 'a.jsonl'],
    'audit.durability': ['write', 'write', 'write'],
    'audit.onFailure': ['allow', 'allow', 'allow'],
    'audit.unprovenCallsPerSecond': ['3', '3', 3],
    'audit.reserveMegabytes': ['5', '5', 5],
    'metrics.host': ['::1', '"::1"', '::1'],
    'metrics.port': ['9474', '9474', 9474],
    'log.level': ['debug', 'debug', 'debug'],
  }

const TARGET = {
  name: 'site',
  kind: 'directory',
  path: '/srv/keys',
  publicUrl: 'https://keys.example',
}

/** What must be set too where a key is refused alone. */
const COMPANIONS: Readonly<Record<string, ConfigSources['flags']>> = {
  'issuer.signAs': [['issuer.aliases', '[{"baseUrl":"https://b.example"}]']],
  'limits.rateAccountBurst': [['limits.rateAccountPerSecond', '600']],
  'limits.ratePrincipalBurst': [['limits.ratePrincipalPerSecond', '100']],
  ...Object.fromEntries(
    POSTGRES_KEYS.map(name => [`store.${name}`, [['store.url', 'postgres://a@localhost/b']]]),
  ),
  'store.clientCertFile': [
    ['store.url', 'postgres://a@db/b'],
    ['store.clientKeyFile', 'client.key'],
  ],
  'store.clientKeyFile': [
    ['store.url', 'postgres://a@db/b'],
    ['store.clientCertFile', 'client.pem'],
  ],
  'tls.certFile': [['tls.keyFile', 'key.pem']],
  'tls.keyFile': [['tls.certFile', 'cert.pem']],
}

function load(sources: Partial<ConfigSources> & { readonly yaml?: string }) {
  const { yaml, ...rest } = sources
  return loadConfig({
    file: yaml === undefined ? null : 'c.yaml',
    env: {},
    flags: [],
    readFile: () => yaml ?? '',
    ...rest,
  })
}

function refusal(sources: Parameters<typeof load>[0]): readonly string[] {
  try {
    load(sources)
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.problems.map(({ where, message }) => `${where}: ${message}`)
    }
    throw error
  }
  return []
}

function found(loaded: ReturnType<typeof load>, path: string) {
  const setting = loaded.settings.find(({ key }) => key === path)
  return setting && [setting.value, formatOrigin(setting.origin)]
}

describe('every key', () => {
  it('has a sample here, a description, and a variable of its own', () => {
    expect(Object.keys(SAMPLES)).toEqual(CONFIG_KEYS.map(({ path }) => path))
    expect(new Set(CONFIG_KEYS.map(({ environmentName }) => environmentName)).size).toBe(
      CONFIG_KEYS.length,
    )
    for (const { description } of CONFIG_KEYS) expect(description).toMatch(/[.:]/)
  })

  it.each(CONFIG_KEYS)('$path has its default', ({ path, defaultValue }) => {
    expect(found(load({}), path)).toEqual([defaultValue, 'default'])
    expect(SAMPLES[path]?.[2]).not.toEqual(defaultValue)
  })

  it.each(CONFIG_KEYS)(
    '$path is read from each source',
    ({ path, section, name, environmentName }) => {
      const [text = '', yaml = '', value] = SAMPLES[path] ?? []
      const flags = COMPANIONS[path] ?? []
      const loaded = [
        load({ flags, yaml: `${section}:\n  ${name}: ${yaml}\n` }),
        load({ flags, env: { [environmentName]: text } }),
        load({ flags: [...flags, [path, text]] }),
      ]
      expect(loaded.map(result => found(result, path))).toEqual([
        [value, 'c.yaml:2'],
        [value, environmentName],
        [value, `--set ${path}`],
      ])
    },
  )
})

describe('precedence', () => {
  const yaml = 'log: { level: error }'
  const env = { CREDENCE_LOG_LEVEL: 'warn' }
  it.each([
    ['the default of the schema', {}, 'info'],
    ['the file', { yaml }, 'error'],
    ['the environment', { yaml, env }, 'warn'],
    ['a flag', { yaml, env, flags: [['log.level', 'debug']] }, 'debug'],
    [
      'the last flag',
      {
        flags: [
          ['log.level', 'debug'],
          ['log.level', 'error'],
        ],
      },
      'error',
    ],
  ] as const)('%s', (_name, sources, level) => {
    expect(load(sources).config.log.level).toBe(level)
  })

  it('lets nothing stand for an optional key, so that the file can be overruled', () => {
    const yaml = 'masterKey: { file: a }'
    expect(load({ yaml, env: { CREDENCE_MASTER_KEY_FILE: '' } }).config.masterKey.file).toBeNull()
    expect(load({ yaml, flags: [['masterKey.file', '']] }).config.masterKey.file).toBeNull()
    expect(load({ yaml: 'masterKey: { file: }' }).config.masterKey.file).toBeNull()
  })
})

describe('bounds', () => {
  it.each([
    ['listen.port', 0, 65_535],
    ['server.workers', 1, 64],
    ['tls.reloadIntervalSeconds', 1, 86_400],
    ['limits.maxBodyBytes', 1024, 10_000_000],
    ['limits.maxHeadBytes', 1024, 1_048_576],
    ['limits.headersTimeoutSeconds', 1, 3600],
    ['limits.requestTimeoutSeconds', 1, 3600],
    ['limits.keepAliveTimeoutSeconds', 1, 3600],
    ['limits.maxConnections', 1, 1_000_000],
    ['limits.maxRequestsInFlight', 1, 100_000],
    ['limits.maxWaitMilliseconds', 10, 60_000],
    ['limits.rateAccountPerSecond', 1, 1_000_000],
    ['limits.ratePrincipalPerSecond', 1, 1_000_000],
    ['limits.shutdownGraceSeconds', 0, 3600],
    ['issuer.cacheMaxAgeSeconds', 1, 86_400],
    ['federation.propagationDelaySeconds', 0, 3600],
    ['store.connections', 3, 100],
    ['store.connectTimeoutSeconds', 1, 60],
    ['store.statementTimeoutSeconds', 1, 300],
    ['store.idleTransactionTimeoutSeconds', 1, 300],
    ['store.maxStalenessMilliseconds', 500, 60_000],
    ['masterKey.fd', 3, 65_535],
    ['metrics.port', 0, 65_535],
  ])('%s is from %i to %i', (path, min, max) => {
    // Neither of the two time limits may be in the way of the other.
    const yaml = 'limits: { headersTimeoutSeconds: 1, requestTimeoutSeconds: 3600 }'
    const withValue = (value: number) => ({
      yaml,
      flags: [...(COMPANIONS[path] ?? []), [path, `${value}`]] as const,
    })
    expect(found(load(withValue(min)), path)?.[0]).toBe(min)
    expect(found(load(withValue(max)), path)?.[0]).toBe(max)
    for (const value of [min - 1, max + 1]) {
      expect(refusal(withValue(value))).toEqual([
        expect.stringMatching(
          `^--set ${path}: ${path} must be an integer from ${min} to ${max}(, or nothing)?$`,
        ),
      ])
    }
  })

  it.each(['1.5', '1e3', '0x10', ' 1', '', 'x', '9'.repeat(16)])(
    'the text %j is no integer',
    text => {
      expect(refusal({ env: { CREDENCE_LISTEN_PORT: text } })).toEqual([
        'CREDENCE_LISTEN_PORT: listen.port must be an integer from 0 to 65535',
      ])
    },
  )

  it.each([
    ['listen: { port: "4747" }', 'listen.port must be an integer from 0 to 65535'],
    ['listen: { port: 1.5 }', 'listen.port must be an integer from 0 to 65535'],
    ['listen: { port: }', 'listen.port must be an integer from 0 to 65535'],
    ['listen: { host: "" }', 'listen.host must be an address or a host name'],
    ['issuer: { aliases: https://b.example }', 'issuer.aliases must be a list of at most 8 of'],
    [
      'issuer: { aliases: [{}] }',
      'issuer.aliases must have either `baseUrl` or `hostPattern` in each entry',
    ],
    [
      'issuer: { aliases: [{ baseUrl: "https://b.example", url: a }] }',
      'issuer.aliases must be a list of at most 8 of',
    ],
    [
      'issuer: { aliases: [{ baseUrl: "https://b.example/" }] }',
      'issuer.aliases must not end with a slash',
    ],
    [
      'issuer: { aliases: [{ hostPattern: "https://b.example" }] }',
      'issuer.aliases must contain `{id}` exactly once',
    ],
    ...['2027-01-31', '2027-02-30T00:00:00Z', '2027-01-31T00:00:00+01:00', 'never'].map(until => [
      `issuer: { aliases: [{ baseUrl: "https://b.example", until: "${until}" }] }`,
      'issuer.aliases must have an `until` such as 2027-01-31T00:00:00Z',
    ]),
    [
      `issuer: { aliases: [${'{ baseUrl: "https://b.example" }, '.repeat(9)}] }`,
      'issuer.aliases must be a list of at most 8 of',
    ],
    ['publish: { targets: [a] }', 'publish.targets must be a list of at most 16 of'],
    ['publish: { targets: [{}] }', 'publish.targets has an entry 1 whose `kind` is wrong'],
    ...[
      ['kind: ftp', 'has an entry 1 whose `kind` is wrong: '],
      ['kind: directory', 'has an entry 1 whose `path` is wrong: '],
      ['kind: http, url: 1', 'has an entry 1 whose `url` is wrong: '],
      ['kind: directory, path: a, url: b', 'must be a list of at most 16 of'],
      ['kind: directory, path: a, required: yes', 'has an entry 1 whose `required` is wrong: '],
      ['kind: directory, path: a, maxLag: 1 day', 'must be a duration such as `90d`'],
    ].map(([parts, message]) => [
      `publish: { targets: [{ name: a, publicUrl: "https://a.example", ${parts} }] }`,
      `publish.targets ${message}`,
    ]),
    [
      'publish: { targets: [{ name: A, kind: directory, path: a, publicUrl: "https://a.example" }] }',
      'publish.targets must have names of at most 32 lower-case letters, digits and hyphens',
    ],
    ['issuer: { allowInsecureHttp: yes }', 'issuer.allowInsecureHttp must be `true` or `false`'],
    ['issuer: { keyIds: AWS }', 'issuer.keyIds must be `thumbprint` or `aws`'],
    ['store: { path: [a] }', 'store.path must be a path'],
    ['store: { installationId: X }', 'store.installationId must be a UUID in lower case'],
    [
      'store: { installationId: 450216A4-5950-4EB1-8C2B-51D3785CDCFF }',
      'store.installationId must be a UUID in lower case',
    ],
    ['masterKey: { file: { a: 1 } }', 'masterKey.file must be a path, or nothing'],
    ['sts: { regions: [] }', 'sts.regions must be `any`, or a list of region names'],
    ['sts: { regions: all }', 'sts.regions must be `any`, or a list of region names'],
    ['sts: { regions: [EU] }', 'sts.regions must be `any` or a list of region names'],
    ['sts: { computeContextBrokers: [admin] }', 'sts.computeContextBrokers must be a list of ARNs'],
    [
      'webIdentity: { listedOrigins: [idp] }',
      'webIdentity.listedOrigins must be a list of origins',
    ],
    [
      'webIdentity: { listedOrigins: ["https://idp/"] }',
      'webIdentity.listedOrigins must be a list of origins',
    ],
    ['sts: { globalEndpointHosts: x }', 'sts.globalEndpointHosts must be a list of host names'],
    [
      'sts: { globalEndpointHosts: [a:1, B] }',
      'sts.globalEndpointHosts must be a list of host names',
    ],
  ])('%s is refused', (yaml, message) => {
    expect(refusal({ yaml })).toEqual([expect.stringContaining(`c.yaml:1: ${message}`)])
  })
})

describe('unknown names', () => {
  it.each([
    ['listen:\n  prot: 1', 'c.yaml:2: unknown key listen.prot; did you mean listen.port?'],
    ['lisen:\n  port: 1', 'c.yaml:1: unknown key lisen; did you mean listen?'],
    ['\nport: 1', 'c.yaml:2: unknown key port; did you mean listen.port?'],
    ['listen: { Port: 1 }', 'c.yaml:1: unknown key listen.Port; did you mean listen.port?'],
    [
      'listen: { maxBodyBytes: 1 }',
      'c.yaml:1: unknown key listen.maxBodyBytes; did you mean limits.maxBodyBytes?',
    ],
    ['__proto__: { port: 1 }', 'c.yaml:1: unknown key __proto__; did you mean'],
    ['listen: { __proto__: 1 }', 'c.yaml:1: unknown key listen.__proto__; did you mean'],
    ['listen: { toString: 1 }', 'c.yaml:1: unknown key listen.toString; did you mean'],
    ['<<: { listen: { port: 1 } }', 'c.yaml:1: unknown key <<; did you mean'],
  ])('file: %j', (yaml, problem) => {
    expect(refusal({ yaml })).toEqual([expect.stringContaining(problem)])
  })

  it.each([
    ['CREDENCE_LISTEN_PROT', 'CREDENCE_LISTEN_PORT'],
    ['CREDENCE_PORT', 'CREDENCE_LISTEN_PORT'],
    ['CREDENCE_MASTER_KEY', 'CREDENCE_MASTER_KEY_FD'],
    ['CREDENCE_', 'CREDENCE_STORE_URL'],
  ])('environment: %s', (name, nearest) => {
    expect(refusal({ env: { [name]: '1' } })).toEqual([
      `${name}: unknown environment variable; did you mean ${nearest}?`,
    ])
  })

  it.each([
    ['another prefix', { CREDENCES_PORT: '1', credence_port: '1', PATH: '/' }],
    ['the issuer for clients', { CREDENCE_ISSUER: 'https://a.example' }],
    [
      'the master key under its configured name',
      { CREDENCE_MASTER_KEY: 'x', CREDENCE_MASTER_KEY_ENV: 'CREDENCE_MASTER_KEY' },
    ],
    [
      'service links of Kubernetes',
      {
        CREDENCE_PORT: 'tcp://10.0.0.1:4747',
        CREDENCE_SERVICE_HOST: '10.0.0.1',
        CREDENCE_SERVICE_PORT_HTTP: '4747',
        CREDENCE_PORT_4747_TCP_ADDR: '10.0.0.1',
        CREDENCE_INTERNAL_SERVICE_PORT: '4747',
      },
    ],
  ])('accepts %s', (_name, env) => {
    expect(refusal({ env })).toEqual([])
  })

  it.each([
    ['listen.prot', 'listen.port'],
    ['listenPort', 'listen.port'],
    ['port', 'listen.port'],
    ['', 'masterKey.fd'],
  ])('flag: %s', (path, nearest) => {
    expect(refusal({ flags: [[path, '1']] })).toEqual([
      `--set ${path}: unknown key ${path}; did you mean ${nearest}?`,
    ])
  })
})

describe('the file', () => {
  it.each([
    ['', []],
    ['# nothing\n', []],
    ['listen:\n  # port: 1\nlog:\n', []],
    ['listen:\n  port: 1\n  port: 2\n', ['c.yaml:3: Map keys must be unique']],
    ['log: {}\nlog: {}\n', ['c.yaml:2: Map keys must be unique']],
    ['listen:\n\tport: 1', ['c.yaml:2: Tabs are not allowed as indentation']],
    ['- listen', ['c.yaml:1: the file must be a map of sections']],
    ['text', ['c.yaml:1: the file must be a map of sections']],
    ['listen: 4747', ['c.yaml:1: listen must be a map of keys']],
    ['listen: &a\n  port: 1\ntls: *a', ['c.yaml:3: aliases are not supported']],
    ['log:\n  level: !secret x', ['c.yaml:2: Unresolved tag: !secret']],
    ['log: {}\n---\ntls: {}', [expect.stringMatching(/^c\.yaml:2: .*multiple documents/)]],
    ['? [a]\n: 1', ['c.yaml:1: With stringKeys, all keys must be strings']],
    ['log: { level: "debug', [expect.stringMatching(/^c\.yaml:1: /), expect.anything()]],
  ])('%j', (yaml, problems) => {
    expect(refusal({ yaml })).toEqual(problems)
  })

  it('that cannot be read is a problem with its reason', () => {
    const readFile = () => {
      throw new Error('ENOENT: no such file')
    }
    expect(refusal({ file: 'gone.yaml', readFile })).toEqual([
      'gone.yaml: cannot be read: ENOENT: no such file',
    ])
  })

  it('of any content is accepted or refused with a ConfigError', () => {
    const word = fc.constantFrom(
      ...['listen', 'port', 'log', 'level', ':', ' ', '\n', '  ', '-', '{', '}', '[', ']'],
      ...['"', "'", '|', '>', '&a', '*a', '!!map', '<<', '?', '%', '#', ',', '\t', '---', '1'],
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 25 }), words => {
        expect(refusal({ yaml: words.join('') })).toBeInstanceOf(Array)
      }),
      { numRuns: 400 },
    )
  })
})

describe('contradictions', () => {
  it.each([
    [{}, []],
    [{ 'tls.certFile': 'a', 'tls.keyFile': 'b' }, []],
    [
      { 'limits.rateAccountBurst': '5' },
      [
        '--set limits.rateAccountBurst: limits.rateAccountBurst needs `limits.rateAccountPerSecond` too',
      ],
    ],
    [{ 'tls.certFile': 'a' }, ['--set tls.certFile: tls.certFile needs `tls.keyFile` too']],
    [{ 'tls.keyFile': 'a' }, ['--set tls.keyFile: tls.keyFile needs `tls.certFile` too']],
    [{ 'limits.headersTimeoutSeconds': '30' }, []],
    [
      { 'limits.headersTimeoutSeconds': '31' },
      [
        '--set limits.headersTimeoutSeconds: limits.headersTimeoutSeconds must be at most `limits.requestTimeoutSeconds`',
      ],
    ],
    [
      { 'issuer.baseUrl': 'https://a.example', 'issuer.hostPattern': 'https://{id}.example' },
      ['--set issuer.hostPattern: issuer.hostPattern cannot stand beside `issuer.baseUrl`'],
    ],
    [{ 'issuer.baseUrl': 'http://a.example', 'issuer.allowInsecureHttp': 'true' }, []],
    [
      {
        'issuer.baseUrl': 'https://a.example',
        'issuer.aliases': JSON.stringify([
          { baseUrl: 'https://a.example/b' },
          { baseUrl: 'https://a.example:8443' },
          { hostPattern: 'https://{id}.a.example' },
          { baseUrl: 'https://b.example', until: '2027-01-31T00:00:00Z' },
        ]),
        'issuer.signAs': 'https://{id}.a.example',
      },
      [],
    ],
    [
      {
        'issuer.baseUrl': 'https://a.example',
        'issuer.aliases': '[{"baseUrl":"https://a.example"}]',
        'issuer.signAs': 'https://b.example',
      },
      [
        '--set issuer.aliases: issuer.aliases has https://a.example twice, or as the main name too',
        '--set issuer.signAs: issuer.signAs must be one of the names: `issuer.baseUrl`, `issuer.hostPattern` or one of `issuer.aliases`',
      ],
    ],
    [
      {
        'issuer.baseUrl': 'http://a.example',
        'issuer.allowInsecureHttp': 'true',
        'issuer.aliases': JSON.stringify([
          { baseUrl: 'https://a.example' },
          { baseUrl: 'https://b.example', until: '2027-01-31T00:00:00Z' },
        ]),
        'issuer.signAs': 'https://b.example',
      },
      [
        '--set issuer.aliases: issuer.aliases has https://a.example, and no `Host` tells it from http://a.example',
        '--set issuer.signAs: issuer.signAs must not have an `until`: tokens would go on with a name that is served no more',
      ],
    ],
    [
      {
        'issuer.baseUrl': 'https://a.example',
        'issuer.aliases': '[{"hostPattern":"http://{id}.a.example"}]',
      },
      [
        '--set issuer.aliases: issuer.aliases must begin with https:// unless `issuer.allowInsecureHttp` is true',
      ],
    ],
    ...(
      [
        [{}, []],
        [{ publicUrl: 'https://{id}.a.example' }, []],
        [{ publicUrl: 'http://127.0.0.1:80' }, ['has a `publicUrl` that must be written in']],
        [{ publicUrl: 'http://a.example' }, ['has a `publicUrl` with http://: without TLS']],
        [{ publicUrl: 'https://a.example/' }, ['has a `publicUrl` that must not end with']],
        [{ issuer: 'https://b.example' }, ['has an `issuer` https://b.example that is none of']],
        [{ issuer: 'https://a.example' }, []],
        [{ kind: 'http', path: undefined, url: 'http://a.example' }, ['needs a `url` with https']],
      ] as const
    ).map(([change, faults]): [Readonly<Record<string, string>>, unknown[]] => [
      {
        'issuer.baseUrl': 'https://a.example',
        'publish.targets': JSON.stringify([{ ...TARGET, ...change }]),
      },
      faults.map(fault =>
        expect.stringContaining(
          `--set publish.targets: publish.targets has a target site that ${fault}`,
        ),
      ),
    ]),
    [
      { 'publish.targets': JSON.stringify([TARGET, TARGET]) },
      ['--set publish.targets: publish.targets has a target site that stands there twice'],
    ],
    [
      {
        'publish.targets': JSON.stringify([TARGET, { ...TARGET, name: 'slow', maxLag: '2h' }]),
        'keys.publishBefore': '2h',
      },
      [
        '--set keys.publishBefore: keys.publishBefore must be at least 126m: 300 s of `issuer.cacheMaxAgeSeconds`, 60 s on the way and 7200 s of the largest `maxLag` in `publish.targets`; verifiers that have not read the new key would refuse its tokens',
      ],
    ],
    [{ 'issuer.baseUrl': 'http://127.0.0.1:4747' }, []],
    [{ 'webIdentity.maxWaiting': '100' }, []],
    [
      { 'webIdentity.maxWaiting': '99' },
      ['default: webIdentity.maxWaitingPerProvider must be at most `webIdentity.maxWaiting`'],
    ],
    [{ 'sts.unsignedRegion': 'home' }, []],
    [{ 'sts.regions': 'eu-central-1,home', 'sts.unsignedRegion': 'home' }, []],
    [
      { 'sts.regions': 'eu-central-1', 'sts.unsignedRegion': 'us-east-1' },
      ['--set sts.unsignedRegion: sts.unsignedRegion must be one of `sts.regions`'],
    ],
    [
      { 'server.workers': '2', 'masterKey.fd': '3', 'audit.destination': 'stdout' },
      [
        '--set server.workers: server.workers must be 1 while `audit.destination` is `stdout`, where long lines would mix',
      ],
    ],
    [{ 'masterKey.fd': '3', 'audit.destination': 'stdout' }, []],
    [{ 'issuer.baseUrl': 'http://localhost:4747/a' }, []],
    [{ 'issuer.baseUrl': 'http://[::1]' }, []],
    [{ 'issuer.hostPattern': 'http://{id}.localhost:4747' }, []],
    [
      { 'issuer.baseUrl': 'http://127.0.0.1.example.org' },
      [
        '--set issuer.baseUrl: issuer.baseUrl must begin with https:// unless `issuer.allowInsecureHttp` is true',
      ],
    ],
    [
      { 'issuer.hostPattern': 'http://{id}.notlocalhost' },
      [
        '--set issuer.hostPattern: issuer.hostPattern must begin with https:// unless `issuer.allowInsecureHttp` is true',
      ],
    ],
    [
      { 'store.path': ':memory:', 'store.installationId': '450216a4-5950-4eb1-8c2b-51d3785cdcff' },
      [
        '--set store.installationId: store.installationId cannot stand beside a `store.path` of `:memory:`, which is a new one at every start',
      ],
    ],
    [
      { 'masterKey.file': 'a', 'masterKey.env': 'A', 'masterKey.fd': '3' },
      [
        '--set masterKey.env: masterKey.env cannot stand beside `masterKey.file`',
        '--set masterKey.fd: masterKey.fd cannot stand beside `masterKey.file`',
      ],
    ],
  ])('%j', (flags, problems) => {
    expect(refusal({ flags: Object.entries(flags) })).toEqual(problems)
  })
})

describe('the result', () => {
  it('is frozen at every level', () => {
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(frozen))
    expect(frozen(load({}).config)).toBe(true)
    const aliases = 'issuer: { aliases: [{ baseUrl: "https://b.example" }] }'
    expect(frozen(load({ yaml: aliases }).config)).toBe(true)
    expect(frozen(load({ yaml: 'sts: { regions: [a], globalEndpointHosts: [b] }' }).config)).toBe(
      true,
    )
  })

  it('tells of all problems at once, and of no values', () => {
    const secret = 'kJ7secret'
    const problems = refusal({
      yaml: `log: { level: ${secret} }\nmasterKey: { env: ${secret}, value: ${secret} }\n`,
      env: { CREDENCE_MASTER_KEY: secret, CREDENCE_LISTEN_PORT: secret },
      flags: [['masterKey.fd', secret]],
    })
    expect(problems).toHaveLength(6)
    expect(problems.join('\n')).not.toContain(secret)
  })
})
