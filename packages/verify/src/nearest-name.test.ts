import { describe, expect, it } from 'vitest'
import { formatUnknownName } from './nearest-name.ts'

const NAMES = ['accounts', 'organizations', 'regions', 'principalTags', 'not']

describe('formatUnknownName', () => {
  it.each([
    ['region', 'regions'],
    ['regionss', 'regions'],
    ['Regions', 'regions'],
    ['reigons', 'regions'],
    ['account', 'accounts'],
    ['acounts', 'accounts'],
    ['principaltag', 'principalTags'],
    ['principal_tags', 'principalTags'],
    ['organisation', 'organizations'],
    ['nat', 'not'],
  ])('%s is probably %s', (name, meant) => {
    expect(formatUnknownName('condition', name, NAMES)).toBe(
      `there is no condition "${name}"; did you mean ${meant}?`,
    )
  })

  it.each(['subject', 'x', '', 'n', 'tag', 'accqqqqs', 'x'.repeat(1_000_000)])(
    'names all when none is near: %#',
    name => {
      expect(formatUnknownName('option', name, NAMES)).toMatch(
        /; there are accounts, organizations, regions, principalTags, not$/,
      )
    },
  )

  it('takes the nearest of several', () => {
    expect(formatUnknownName('option', 'maxSecond', ['minSeconds', 'maxSeconds'])).toMatch(
      /did you mean maxSeconds\?$/,
    )
    expect(formatUnknownName('option', 'minSecond', ['minSeconds', 'maxSeconds'])).toMatch(
      /did you mean minSeconds\?$/,
    )
  })

  it('shows a long name in part, and one of two lines as one', () => {
    expect(formatUnknownName('option', `a\n${'x'.repeat(300)}`, ['b'])).toBe(
      `there is no option "a\\n${'x'.repeat(198)}…"; there are b`,
    )
  })
})
