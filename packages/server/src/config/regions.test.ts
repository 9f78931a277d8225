import { describe, expect, it } from 'vitest'
import { findAdvice } from './advice.ts'
import type { Config } from './config.ts'
import { loadConfig } from './load-config.ts'
import { createRegions } from './regions.ts'

function load(settings: Readonly<Record<string, string>>): Config {
  const flags = Object.entries(settings)
  return loadConfig({ file: null, env: {}, readFile: () => '', flags }).config
}

describe('a region', () => {
  it.each<[regions: string, signed: string, isAllowed: boolean, counted: string]>([
    ['any', 'eu-central-1', true, 'eu-central-1'],
    ['any', 'us-gov-west-1', true, 'us-gov-west-1'],
    ['any', 'home', false, 'home'],
    ['any', '', false, ''],
    ['eu-central-1', 'eu-central-1', true, 'eu-central-1'],
    ['eu-central-1', 'us-east-1', true, 'eu-central-1'],
    ['eu-central-1', 'home', false, 'eu-central-1'],
    ['eu-central-1', '', false, 'eu-central-1'],
    ['eu-central-1,eu-central-1', 'us-east-1', true, 'eu-central-1'],
    ['home', 'home', true, 'home'],
    ['home', 'us-east-1', true, 'home'],
    ['eu-central-1,home', 'eu-central-1', true, 'eu-central-1'],
    ['eu-central-1,home', 'home', true, 'home'],
    ['eu-central-1,home', 'us-east-1', false, 'us-east-1'],
  ])('with %s: %s', (regions, signed, isAllowed, counted) => {
    const { isRegionAllowed, resolveRegion } = createRegions(load({ 'sts.regions': regions }))
    expect([isRegionAllowed(signed), resolveRegion(signed)]).toEqual([isAllowed, counted])
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

it('is asked for where none is named', () => {
  expect(findAdvice(load({})).map(({ key }) => key)).toEqual(['sts.regions'])
  expect(findAdvice(load({ 'sts.regions': 'eu-central-1' }))).toEqual([])
  expect(findAdvice(load({ 'sts.regions': 'eu-central-1,home' }))).toEqual([])
})
