import { describe, expect, it } from 'vitest'
import type { Config } from './config.ts'
import { findWarnings } from './config-warnings.ts'
import { loadConfig } from './load-config.ts'
import { createRegions } from './regions.ts'

function load(settings: Readonly<Record<string, string>>): Config {
  const flags = Object.entries(settings)
  return loadConfig({ file: null, env: {}, readFile: () => '', flags }).config
}

const HOST = 'credence.example.com'

describe('a region', () => {
  it.each<[regions: string, signed: string, isAllowed: boolean, counted: string]>([
    ['any', 'eu-central-1', true, 'eu-central-1'],
    ['any', 'us-gov-west-1', true, 'us-gov-west-1'],
    ['any', 'home', true, 'home'],
    ['any', 'aws-global', true, 'us-east-1'],
    ['any', 'Home', false, 'Home'],
    ['any', 'a b', false, 'a b'],
    ['any', `${'a'.repeat(63)}`, true, 'a'.repeat(63)],
    ['any', `${'a'.repeat(64)}`, false, 'a'.repeat(64)],
    ['any', '', false, ''],
    ['eu-central-1', 'eu-central-1', true, 'eu-central-1'],
    ['eu-central-1', 'us-east-1', true, 'eu-central-1'],
    ['eu-central-1', 'home', true, 'eu-central-1'],
    ['eu-central-1', 'aws-global', true, 'eu-central-1'],
    ['eu-central-1', 'Home', false, 'eu-central-1'],
    ['eu-central-1', '', false, 'eu-central-1'],
    ['eu-central-1,eu-central-1', 'us-east-1', true, 'eu-central-1'],
    ['home', 'home', true, 'home'],
    ['home', 'us-east-1', true, 'home'],
    ['eu-central-1,home', 'eu-central-1', true, 'eu-central-1'],
    ['eu-central-1,home', 'home', true, 'home'],
    ['eu-central-1,home', 'us-east-1', false, 'eu-central-1'],
    ['eu-central-1,home', 'aws-global', true, 'eu-central-1'],
    ['eu-central-1,us-east-1', 'aws-global', true, 'us-east-1'],
  ])('with %s: %s', (regions, signed, isAllowed, counted) => {
    const { isRegionAllowed, resolveRegion } = createRegions(load({ 'sts.regions': regions }))
    expect([isRegionAllowed(signed, HOST), resolveRegion(signed)]).toEqual([isAllowed, counted])
  })

  it.each<[settings: Readonly<Record<string, string>>, counted: string]>([
    [{}, 'us-east-1'],
    [{ 'sts.unsignedRegion': 'eu-west-1' }, 'eu-west-1'],
    [{ 'sts.regions': 'eu-central-1' }, 'eu-central-1'],
    [{ 'sts.regions': 'eu-central-1', 'sts.unsignedRegion': 'eu-central-1' }, 'eu-central-1'],
    [{ 'sts.regions': 'eu-central-1,home' }, 'eu-central-1'],
    [{ 'sts.regions': 'eu-central-1,home', 'sts.unsignedRegion': 'home' }, 'home'],
  ])('of a call without a signature, with %o: %s', (settings, counted) => {
    expect(createRegions(load(settings)).resolveRegion(null)).toBe(counted)
  })
})

describe('at a global endpoint', () => {
  const HOSTS = 'sts.amazonaws.com,sts.example.com'

  it.each<[host: string, signed: string, isAllowed: boolean]>([
    ['sts.amazonaws.com', 'us-east-1', true],
    ['sts.amazonaws.com', 'aws-global', true],
    ['sts.amazonaws.com', 'eu-central-1', false],
    ['sts.example.com', 'us-east-1', true],
    ['sts.example.com', 'eu-central-1', false],
    ['iam.amazonaws.com', 'us-east-1', true],
    ['iam.amazonaws.com', 'aws-global', true],
    ['iam.amazonaws.com', 'eu-central-1', false],
    ['iam.us-gov.amazonaws.com', 'us-gov-west-1', true],
    ['iam.us-gov.amazonaws.com', 'us-east-1', false],
    ['iam.cn-north-1.amazonaws.com.cn', 'cn-north-1', true],
    ['iam.eu-central-1.example.com', 'eu-central-1', true],
  ])('%s takes %s: %s', (host, signed, isAllowed) => {
    for (const regions of ['any', 'eu-central-1', 'eu-central-1,home']) {
      const config = load({ 'sts.regions': regions, 'sts.globalEndpointHosts': HOSTS })
      const isNamed = signed === 'eu-central-1' || regions !== 'eu-central-1,home'
      if (host.endsWith('.example.com') && !isNamed) continue
      expect(createRegions(config).isRegionAllowed(signed, host)).toBe(isAllowed)
    }
  })

  it.each<[host: string, signed: string | null, isGlobal: boolean]>([
    ['sts.example.com', 'us-east-1', true],
    ['sts.example.com', null, true],
    [HOST, 'aws-global', true],
    [HOST, 'us-east-1', false],
    [HOST, null, false],
  ])('%s with %s is one: %s', (host, signed, isGlobal) => {
    const { isGlobalEndpoint } = createRegions(load({ 'sts.globalEndpointHosts': HOSTS }))
    expect(isGlobalEndpoint(host, signed)).toBe(isGlobal)
  })

  it('counts as a region of the installation', () => {
    const several = { 'sts.regions': 'eu-central-1,home', 'sts.unsignedRegion': 'home' }
    const { resolveRegion } = createRegions(load(several))
    expect([resolveRegion('us-east-1'), resolveRegion('aws-global')]).toEqual(['home', 'home'])
  })
})

it('is asked for where none is named', () => {
  expect(findWarnings(load({}), 0).map(({ key }) => key)).toEqual(['sts.regions'])
  expect(findWarnings(load({ 'sts.regions': 'eu-central-1' }), 0)).toEqual([])
  expect(findWarnings(load({ 'sts.regions': 'eu-central-1,home' }), 0)).toEqual([])
})
