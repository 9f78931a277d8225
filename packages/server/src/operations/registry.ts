import { IAM, STS } from './apis.ts'
import { disableOutboundWebIdentityFederation } from './iam/disable-outbound-web-identity-federation.ts'
import { enableOutboundWebIdentityFederation } from './iam/enable-outbound-web-identity-federation.ts'
import { getOutboundWebIdentityFederationInfo } from './iam/get-outbound-web-identity-federation-info.ts'
import type { Api, Operation } from './operation.ts'
import { assumeRole } from './sts/assume-role.ts'
import { assumeRoleWithWebIdentity } from './sts/assume-role-with-web-identity.ts'
import { decodeAuthorizationMessage } from './sts/decode-authorization-message.ts'
import { getAccessKeyInfo } from './sts/get-access-key-info.ts'
import { getCallerIdentity } from './sts/get-caller-identity.ts'
import { getFederationToken } from './sts/get-federation-token.ts'
import { getSessionToken } from './sts/get-session-token.ts'
import { getWebIdentityToken } from './sts/get-web-identity-token.ts'

/** The APIs that the endpoint serves; the version of a request chooses between them. */
export const APIS: readonly Api[] = [STS, IAM]

/** Every operation of the service. What is not in this list does not exist. */
export const OPERATIONS: readonly Operation[] = [
  assumeRole,
  assumeRoleWithWebIdentity,
  decodeAuthorizationMessage,
  getAccessKeyInfo,
  getCallerIdentity,
  getFederationToken,
  getSessionToken,
  getWebIdentityToken,
  disableOutboundWebIdentityFederation,
  enableOutboundWebIdentityFederation,
  getOutboundWebIdentityFederationInfo,
]

const BY_VERSION_AND_NAME = new Map(
  OPERATIONS.map(operation => [registryKey(operation.api.version, operation.name), operation]),
)

/** The operation of an API version by the value of `Action`, matched exactly; null when unknown. */
export function findOperation(version: string, action: string): Operation | null {
  return BY_VERSION_AND_NAME.get(registryKey(version, action)) ?? null
}

function registryKey(version: string, action: string): string {
  return `${version} ${action}`
}
