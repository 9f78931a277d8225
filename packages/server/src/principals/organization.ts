import { ServiceError } from '../errors.ts'
import type { OrganizationPlacement } from './entities.ts'

const ORGANIZATION_ID = /^o-[a-z0-9]{10,32}$/
const ROOT_ID = /^r-[0-9a-z]{4,32}$/
const UNIT_ID = /^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$/

/**
 * Reads `o-…/r-…/ou-…/…`: an organization, its root, and the units down to the account's parent
 * (AWS Organizations API Reference: the patterns of the ids). A slash at the end is allowed.
 * @throws ServiceError `ValidationError`
 */
export function parseOrganizationPlacement(
  text: string,
  isManagementAccount: boolean,
): OrganizationPlacement {
  const [organizationId = '', ...path] = text.replace(/\/$/, '').split('/')
  const [root = '', ...units] = path
  const isWellFormed =
    ORGANIZATION_ID.test(organizationId) &&
    ROOT_ID.test(root) &&
    units.every(unit => UNIT_ID.test(unit))
  if (!isWellFormed) {
    throw new ServiceError(
      'ValidationError',
      `${text} is not a place in an organization; it looks like o-example1234/r-ab12/ou-ab12-11111111`,
    )
  }
  return { organizationId, path, isManagementAccount }
}
