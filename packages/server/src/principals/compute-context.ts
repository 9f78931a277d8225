import { ServiceError } from '../errors.ts'

/**
 * Where a workload runs: claim of the token → condition key (aws-wire §3.3). Only a trusted broker can
 * attach these to a session, because only a broker knows them.
 */
export const COMPUTE_CONTEXT_KEYS: ReadonlyMap<string, string> = new Map([
  ['ec2_source_instance_arn', 'ec2:SourceInstanceArn'],
  ['ec2_instance_source_vpc', 'aws:Ec2InstanceSourceVpc'],
  ['ec2_instance_source_private_ipv4', 'aws:Ec2InstanceSourcePrivateIPv4'],
  ['ec2_role_delivery', 'ec2:RoleDelivery'],
  ['lambda_source_function_arn', 'lambda:SourceFunctionArn'],
  ['glue_credential_issuing_service', 'glue:CredentialIssuingService'],
  ['identity_store_user_id', 'identitystore:UserId'],
  ['identity_store_arn', 'identitystore:IdentityStoreArn'],
])

const MAX_VALUE_LENGTH = 2048

/**
 * Reads a broker's assertion: a JSON object of claims with texts.
 * @throws ServiceError `InvalidContextAssertion` for anything else, unknown claims by their name
 */
export function parseComputeContext(assertion: string): ReadonlyMap<string, string> {
  const claims = new Map<string, string>()
  for (const [name, value] of Object.entries(parseObject(assertion))) {
    if (!COMPUTE_CONTEXT_KEYS.has(name)) throw refuse(`${name} is not a claim of compute context`)
    if (typeof value !== 'string' || value === '' || value.length > MAX_VALUE_LENGTH) {
      throw refuse(`${name} must be a text of 1 to ${MAX_VALUE_LENGTH} characters`)
    }
    claims.set(name, value)
  }
  return claims
}

function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // Told below.
  }
  throw refuse('it must be a JSON object')
}

function refuse(reason: string): ServiceError {
  return new ServiceError(
    'InvalidContextAssertion',
    `The context assertion is not valid: ${reason}.`,
  )
}
