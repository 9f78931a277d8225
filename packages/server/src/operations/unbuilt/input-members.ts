/** An operation as it stands in these lists: `sts:GetWebIdentityToken`. */
export type OperationKey = `${'sts' | 'iam'}:${string}`

const NO_CENTER = 'there is no IAM Identity Center here'
const NO_SIGN_IN = 'nobody signs in to a console here'
const NO_TEMPLATES = 'resources are simulated one by one, not as a scenario of EC2'

/**
 * Parameters that the newest service model knows and no operation here reads, each with its reason.
 * A request that carries one is refused by name: what changes what an answer says must never be
 * ignored in silence (aws-wire-news §1.4). The tests compare the list with the model and with the
 * shapes, so whoever builds a parameter takes its row out.
 */
export const UNBUILT_INPUT_MEMBERS: readonly (readonly [
  operation: OperationKey,
  wireName: string,
  reason: string,
])[] = [
  ['iam:CreateOpenIDConnectProvider', 'IdentityCenterInstanceArn', NO_CENTER],
  ['iam:CreateRole', 'MaxSigninSessionDuration', NO_SIGN_IN],
  ['iam:ListServiceSpecificCredentials', 'AllUsers', 'no user has such credentials'],
  ['iam:ListServiceSpecificCredentials', 'ServiceName', 'no user has such credentials'],
  ['iam:SimulateCustomPolicy', 'ResourceHandlingOption', NO_TEMPLATES],
  ['iam:SimulatePrincipalPolicy', 'ResourceHandlingOption', NO_TEMPLATES],
  ['iam:UpdateOpenIDConnectProvider', 'IdentityCenterInstanceArn', NO_CENTER],
  ['iam:UpdateOpenIDConnectProvider', 'RemoveIdentityCenterInstance', NO_CENTER],
  ['iam:UpdateRole', 'MaxSigninSessionDuration', NO_SIGN_IN],
  ['iam:UpdateRole', 'ResetMaxSigninSessionDuration', NO_SIGN_IN],
]

/** The unbuilt parameters of an operation by name, with their reasons. */
export function findUnbuiltInputMembers(operation: OperationKey): ReadonlyMap<string, string> {
  const rows = UNBUILT_INPUT_MEMBERS.filter(([key]) => key === operation)
  return new Map(rows.map(([, wireName, reason]) => [wireName, reason]))
}
