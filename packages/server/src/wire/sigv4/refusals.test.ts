import { describe, expect, it } from 'vitest'
import { ERROR_TABLE } from '../../errors.ts'
import { expiredSessionToken, invalidSessionToken, unknownAccessKey } from './refusals.ts'

describe('refusals that the pipeline raises (aws-wire §7.3)', () => {
  it.each([
    [
      '14b',
      invalidSessionToken,
      'InvalidClientTokenId',
      'The security token included in the request is invalid',
    ],
    [
      '14c',
      expiredSessionToken,
      'ExpiredToken',
      'The security token included in the request is expired',
    ],
    [
      '15',
      unknownAccessKey,
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
    ],
  ])('row %s', (_row, refuse, code, message) => {
    const error = refuse()
    expect(error.code).toBe(code)
    expect(error.message).toBe(message)
    expect(ERROR_TABLE[error.code].httpStatus).toBe(403)
  })

  it('keeps why a session token did not open for the log', () => {
    const cause = new Error('wrong key')
    expect(invalidSessionToken({ cause }).cause).toBe(cause)
  })
})
