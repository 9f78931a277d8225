import { expect, test } from 'vitest'
import type { Denial, PolicyLayer } from './decision.ts'
import { formatDenial } from './format-denial.ts'

const START =
  'User: arn:aws:iam::123456789012:user/bob is not authorized to perform: sts:GetWebIdentityToken on resource: arn:aws:sts::123456789012:self'

function format(decision: Denial | null, policyArn?: string): string {
  return formatDenial({
    callerArn: 'arn:aws:iam::123456789012:user/bob',
    action: 'sts:GetWebIdentityToken',
    resource: 'arn:aws:sts::123456789012:self',
    decision,
    ...(policyArn === undefined ? {} : { policyArn }),
  })
}

const deny = (kind: Denial['kind'], layer: PolicyLayer): Denial => ({
  effect: 'deny',
  kind,
  layer,
  statements: [],
})

test.each([
  ['identity-based policy', 'with an explicit deny in an identity-based policy'],
  ['permissions boundary', 'with an explicit deny in a permissions boundary'],
  ['session policy', 'with an explicit deny in a session policy'],
  ['service control policy', 'with an explicit deny in a service control policy'],
  ['resource control policy', 'with an explicit deny in a resource control policy'],
  ['resource-based policy', 'with an explicit deny in a resource-based policy'],
] as const)('an explicit deny in: %s', (layer, reason) => {
  expect(format(deny('explicit', layer))).toBe(`${START} ${reason}`)
})

test.each([
  ['identity-based policy', 'because no identity-based policy allows the'],
  ['permissions boundary', 'because no permissions boundary allows the'],
  ['session policy', 'because no session policy allows the'],
  ['service control policy', 'because no service control policy allows the'],
  ['resource control policy', 'because no resource control policy allows the'],
  ['resource-based policy', 'because no resource-based policy allows the'],
] as const)('nothing allows in: %s', (layer, reason) => {
  const action = 'sts:GetWebIdentityToken action'
  expect(format(deny('implicit', layer))).toBe(`${START} ${reason} ${action}`)
})

test('a policy that may be told is named at the end', () => {
  const arn = 'arn:aws:organizations::123456789012:policy/o-x/service_control_policy/p-1'
  const text = `${START} with an explicit deny in a service control policy: ${arn}`
  expect(format(deny('explicit', 'service control policy'), arn)).toBe(text)
})

test('without a decision there is no reason', () => {
  expect(format(null)).toBe(START)
})
