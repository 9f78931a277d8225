import { describe, expect, it } from 'vitest'
import { loadConfig } from './load-config.ts'
import type { FlagPair } from './read-flag-source.ts'
import {
  checkServeConfig,
  findIssuerUrlSetting,
  findMasterKeySource,
  findTlsFiles,
} from './serve-config.ts'

function configWith(...flags: readonly FlagPair[]) {
  return loadConfig({ file: null, env: {}, flags, readFile: () => '' }).config
}

describe('checkServeConfig', () => {
  const issuer: FlagPair = ['issuer.baseUrl', 'https://a.example']
  const key: FlagPair = ['masterKey.env', 'KEY']
  it.each([
    [[issuer, key], []],
    [[key], ['issuer']],
    [[issuer], ['masterKey']],
    [[], ['issuer', 'masterKey']],
  ])('%j lacks %j', (flags, missing) => {
    let problems: readonly unknown[] = []
    try {
      checkServeConfig(configWith(...flags))
    } catch (error) {
      problems = (error as { problems: { where: string }[] }).problems.map(({ where }) => where)
    }
    expect(problems).toEqual(missing)
  })
})

describe('what is configured', () => {
  it.each([
    [[], null],
    [
      [['issuer.baseUrl', 'https://a.example']],
      { baseUrl: 'https://a.example', allowInsecure: false },
    ],
    [
      [['issuer.hostPattern', 'https://{id}.example']],
      { hostPattern: 'https://{id}.example', allowInsecure: false },
    ],
  ] as const)('issuer: %j', (flags, location) => {
    expect(findIssuerUrlSetting(configWith(...flags))).toEqual(location)
  })

  it.each([
    [[], null],
    [[['masterKey.file', 'k']], { kind: 'file', path: 'k' }],
    [[['masterKey.env', 'K']], { kind: 'environment', name: 'K' }],
    [[['masterKey.fd', '3']], { kind: 'descriptor', fd: 3 }],
  ] as const)('master key: %j', (flags, source) => {
    expect(findMasterKeySource(configWith(...flags))).toEqual(source)
  })

  it('has the files of certificate and key, or no TLS', () => {
    expect(findTlsFiles(configWith())).toBeNull()
    expect(findTlsFiles(configWith(['tls.certFile', 'c'], ['tls.keyFile', 'k']))).toEqual({
      certFile: 'c',
      keyFile: 'k',
    })
  })
})
