import { expect, it } from 'vitest'
import { formatKeyId } from './key-id.ts'

it.each([
  ['aws', 'RS256', 0, 'RSA_0'],
  ['aws', 'RS256', 12, 'RSA_12'],
  ['aws', 'ES384', 0, 'EC384_0'],
  ['aws', 'ES384', 1, 'EC384_1'],
  ['thumbprint', 'RS256', 3, 'NzbLsXh8uDCcd'],
  ['thumbprint', 'ES384', 0, 'NzbLsXh8uDCcd'],
] as const)(
  'names by %s a key for %s of generation %i %s',
  (naming, algorithm, generation, kid) => {
    expect(formatKeyId(naming, { algorithm, generation, thumbprint: 'NzbLsXh8uDCcd' })).toBe(kid)
  },
)
