/** An inline policy by its statements. */
export type Statements = readonly Readonly<Record<string, unknown>>[]

/** Allows everything: the resource of token permissions, and everything else. */
export const ALLOW_ALL = { Effect: 'Allow', Action: '*', Resource: '*' }

/** All that can be asked of a trust policy. */
export const SESSION_ACTIONS = [
  'sts:AssumeRole',
  'sts:TagSession',
  'sts:SetSourceIdentity',
  'sts:SetContext',
]

/** All that can be asked of it with a token. */
const TOKEN_SESSION_ACTIONS = [
  'sts:AssumeRoleWithWebIdentity',
  'sts:TagSession',
  'sts:SetSourceIdentity',
]

/** A trust policy's Allow of a principal: an account's id, an ARN, or `*`. */
export function trust(principal: string, changes: object = {}): Statements[number] {
  return { Effect: 'Allow', Principal: { AWS: principal }, Action: SESSION_ACTIONS, ...changes }
}

/** A trust policy for whoever has a token of a provider. */
export function trustProvider(arn: string, changes: object = {}): Statements {
  return [
    { Effect: 'Allow', Principal: { Federated: arn }, Action: TOKEN_SESSION_ACTIONS, ...changes },
  ]
}

/** The JSON of a policy. */
export function formatPolicy(statements: Statements): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

/** The JSON of a policy that allows an action. */
export function formatAllow(action: string, resource = '*'): string {
  return formatPolicy([{ Effect: 'Allow', Action: action, Resource: resource }])
}

/** The JSON of a trust policy for a principal. */
export function formatTrust(
  principal: Readonly<Record<string, string>>,
  action = 'sts:AssumeRole',
): string {
  return formatPolicy([{ Effect: 'Allow', Principal: principal, Action: action }])
}

/** A trust policy for the account of the tests. */
export const TRUST = formatTrust({ AWS: 'arn:aws:iam::123456789012:root' })

/** A policy with this many characters that are no white space, and some that are. */
export function fillPolicyTo(characters: number): string {
  const empty = formatAllow('iam:')
  return formatAllow(`iam:${'x'.repeat(characters - empty.length)}`).replaceAll(',', ' ,\n\t')
}

/** A trust policy with this many characters that are no white space, and some that are. */
export function fillTrustTo(characters: number): string {
  const statement = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }
  const create = (Sid: string) => formatPolicy([{ Sid, ...statement }])
  return create('x'.repeat(characters - create('').length)).replaceAll(',', ' ,\n\t')
}
