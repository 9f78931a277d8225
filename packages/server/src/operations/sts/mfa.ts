import { ServiceError } from '../../errors.ts'

/**
 * Refuses proof of a second factor: no user has an MFA device here, so that no serial number is right.
 * @throws ServiceError `AccessDenied`
 */
export function checkMfa({
  serialNumber,
  tokenCode,
}: {
  readonly serialNumber?: string | undefined
  readonly tokenCode?: string | undefined
}): void {
  if (serialNumber === undefined && tokenCode === undefined) return
  throw new ServiceError(
    'AccessDenied',
    serialNumber === undefined || tokenCode === undefined
      ? 'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.'
      : 'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
  )
}
