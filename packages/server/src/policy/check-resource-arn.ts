import { PARTITIONS } from '../principals/arn.ts'
import { type Place, quote, throwMalformed } from './malformed-policy.ts'
import { hasVariables } from './variables.ts'

/**
 * A wildcard. A policy variable is replaced by one, since its value is known only when a request
 * comes.
 */
const OPEN = /[*?]/
const VARIABLE = /\$\{[^}]*\}/g

/**
 * Refuses a value of `Resource` that can match nothing, as AWS does when a policy is written
 * (aws-wire-news §5). It is a typo, and would silently match no request. A wildcard or a policy
 * variable may stand for any text.
 *
 * @throws ServiceError `MalformedPolicyDocument`
 */
export function checkResourceArn(text: string, variables: boolean, place: Place): void {
  const open = variables && hasVariables(text) ? text.replace(VARIABLE, '*') : text
  const [, partition = '', service, region, account, resource] = open.split(':')
  if (partition === '' || service === undefined) return
  if (!OPEN.test(partition) && !PARTITIONS.some(known => known === partition)) {
    throwMalformed(place, `Partition ${quote(partition)} is not valid for resource ${quote(text)}.`)
  }
  // What has less is completed with wildcards (AWS IAM User Guide: grammar of the policy language).
  if (account !== undefined && resource === undefined) {
    throwMalformed(
      place,
      `The policy failed legacy parsing: resource ${quote(text)} has five parts`,
    )
  }
  if (resource === undefined) return
  if (hasForeignRegion(service, region, account)) {
    throwMalformed(place, `Resource ${quote(text)} can not contain region information.`)
  }
  if (service === 'iam' && !isIamResource(resource)) {
    throwMalformed(
      place,
      `IAM resource path must either be "*" or start with a type such as user/ or role/, not ${quote(text)}`,
    )
  }
}

/** IAM has no regions, nor have buckets, whose ARNs have no account either; access points have both. */
function hasForeignRegion(service: string, region = '', account = ''): boolean {
  if (region === '' || OPEN.test(region)) return false
  return service === 'iam' || (service === 's3' && account === '')
}

/** `user/alice`; the root of an account is the one resource without a path. */
function isIamResource(resource: string): boolean {
  const [type = '', path] = resource.split('/', 2)
  return type === 'root' || OPEN.test(type) || (type !== '' && path !== undefined)
}
