/** What one kind of finding is about, for the page that a finding names. No full stop in the title. */
export interface FindingKind {
  readonly title: string
  /** What the policy does, though it seems to do something else. */
  readonly meaning: string
  readonly remedy: string
}

/**
 * Everything that is found in policies, in the order of the page `docs/policy-findings.md`, which is made
 * from this table.
 */
export const FINDING_KINDS = {
  'unknown-action': {
    title: 'No such action',
    meaning:
      'AWS has no action of STS or IAM with this name, or none that the pattern matches. The statement says nothing about the action that was meant: an Allow does not allow it, and a Deny does not deny it.',
    remedy: 'Write the name as the finding proposes it, or as the API reference has it.',
  },
  'unknown-key': {
    title: 'No such condition key',
    meaning:
      'AWS documents no such key, so no request has it. A plain operator then never holds, a negated one and `…IfExists` always.',
    remedy:
      'Write the key as the finding proposes it, or as [condition keys](condition-keys.md) has it.',
  },
  'key-never-there': {
    title: 'A key that no request has',
    meaning:
      'The key is one of AWS, but no request to this server has it, for the reason that the finding names. Either the condition or variable has no effect, or the statement never applies.',
    remedy: 'Take the condition out, or ask for a key that [is there](condition-keys.md).',
  },
  'deny-never-applies': {
    title: 'A Deny that never applies',
    meaning: 'The Deny waits for a key that no request to this server has. It protects nothing.',
    remedy: 'Deny by a key that [is there](condition-keys.md).',
  },
  'key-twice': {
    title: 'The same key twice, in another case',
    meaning:
      'Condition keys have no case. Both lines are about the same key, and both must hold: what looks like two alternatives is met only by what both allow.',
    remedy: 'Put all values into one list under one key.',
  },
  'multivalued-key-never-matches': {
    title: 'A set that is compared like a single value',
    meaning:
      'The key holds a set. An operator without `ForAllValues:` or `ForAnyValue:` matches no set, not even one of a single value. A negated one matches the requests that do not have the key, and so does `…IfExists`: an absent set is no value that could be equal.',
    remedy:
      'Use `ForAllValues:` together with `"Null": {"KEY": "false"}` to allow nothing else than these values, `ForAnyValue:` to look for one of them.',
  },
  'set-operator-on-single-value': {
    title: 'A set operator on a key with a single value',
    meaning:
      '`ForAllValues:` and `ForAnyValue:` are for sets. On a key with a single value `ForAnyValue:` adds nothing, and `ForAllValues:` also matches every request without the key.',
    remedy: 'Leave the prefix out; `…IfExists` says openly that a request without the key matches.',
  },
  'any-value-lets-others-through': {
    title: 'One good value lets others through',
    meaning:
      'The sender of the request chooses what is in the set. `ForAnyValue:` in an Allow matches as soon as one value does, and every other value passes along with it.',
    remedy: 'Use `ForAllValues:` together with `"Null": {"KEY": "false"}`.',
  },
  'missing-key-lets-through': {
    title: 'A request without the key is let through',
    meaning:
      '`ForAllValues:` in an Allow also matches a request that does not have the key at all.',
    remedy: 'Add `"Null": {"KEY": "false"}`, or use `ForAnyValue:` where one value is enough.',
  },
  'all-values-denies-too-little': {
    title: 'A Deny that one more value evades',
    meaning:
      'The sender of the request chooses what is in the set. `ForAllValues:` in a Deny denies only when every value matches, so one more value evades it.',
    remedy: 'Use `ForAnyValue:`.',
  },
  'if-exists-has-no-effect': {
    title: '`IfExists` after `ForAnyValue:`',
    meaning:
      '`ForAnyValue:` needs a value that matches, so the suffix does nothing: a request without the key does not match.',
    remedy:
      'Say what is to happen without the key in a statement of its own, with `"Null": {"KEY": "true"}`.',
  },
  'variable-in-older-version': {
    title: 'A policy variable in an older version of the language',
    meaning:
      'Only documents of `"Version": "2012-10-17"` have variables. In one of 2008, or without a version, what looks like one is the text itself, and matches nothing that was meant.',
    remedy: 'Begin the document with `"Version": "2012-10-17"`.',
  },
  'wildcard-compared-literally': {
    title: '`*` where it is no wildcard',
    meaning:
      '`StringEquals` and its variants compare the star itself. No value that was meant is equal to it.',
    remedy: 'Use `StringLike`, or write the values out.',
  },
  'value-never-matches': {
    title: 'Values that nothing compares with',
    meaning:
      'The list of values is empty, or none of its values is a number, date, address or ARN as the operator compares them. Session and trust policies may have such conditions; nothing meets them.',
    remedy: 'Write values that the operator reads, or take the condition out.',
  },
  'time-is-over': {
    title: 'A time that has passed',
    meaning:
      'The condition holds only until an instant that has passed. The statement never applies again.',
    remedy: 'Take the statement out, or give it another end.',
  },
  'mfa-deny-misses-keys': {
    title: 'A Deny without MFA that access keys evade',
    meaning:
      '`aws:MultiFactorAuthPresent` is in the requests of sessions alone. `Bool` is not met by a request with the access key of a user, which does not have the key, so just those calls are not denied.',
    remedy: 'Use `BoolIfExists`.',
  },
  'allow-with-not-action': {
    title: 'An Allow of everything but some actions',
    meaning:
      '`NotAction` in an Allow allows every action of every service that is not named, also those that come later.',
    remedy: 'Name the actions, or deny with `NotAction`.',
  },
  'allow-with-not-resource': {
    title: 'An Allow on everything but some resources',
    meaning:
      '`NotResource` in an Allow allows every resource that is not named, also those that come later.',
    remedy: 'Name the resources, or deny with `NotResource`.',
  },
  'token-on-other-resource': {
    title: 'A token on anything but `self`',
    meaning:
      'A token is always about the caller itself: the resource of `sts:GetWebIdentityToken` is `arn:aws:sts::ACCOUNT:self`. On anything else the statement says nothing about tokens.',
    remedy: 'Write `arn:aws:sts::ACCOUNT:self` or `*` as the resource.',
  },
  'second-permission-missing': {
    title: 'A second permission is missing',
    meaning:
      'The condition asks for tags, or a source identity, in the request. Such a request also needs the permission to set them, which the policy does not give. It is refused, unless another policy gives it.',
    remedy: 'Allow the action that the finding names as well.',
  },
  'trust-for-everyone': {
    title: 'Trust for everyone',
    meaning:
      'The trust policy names everyone, in all accounts, and no condition says whose principals are meant.',
    remedy:
      'Name the accounts or principals, or ask for `aws:PrincipalOrgID`, `aws:PrincipalAccount` or `aws:PrincipalArn`.',
  },
  'callers-not-told-apart': {
    title: 'Trust for whoever has a token',
    meaning:
      'The trust policy accepts tokens of an OIDC provider and does not ask whose they are. The audience is not a secret: every user of the provider may assume the role.',
    remedy: 'Compare `ISSUER:sub`, or another claim that tells its callers apart.',
  },
  'session-allows-nothing': {
    title: 'A session policy that allows nothing',
    meaning:
      'A session may do what its policies allow, and this one has no Allow that could ever apply. The session can do nothing.',
    remedy: 'Allow what the session is to do; a Deny alone allows nothing.',
  },
} as const satisfies Readonly<Record<string, FindingKind>>

/** What kind of finding it is. */
export type FindingId = keyof typeof FINDING_KINDS

/** Where a kind of finding is explained, within the repository. */
export function findFindingPage(id: FindingId): string {
  return `docs/policy-findings.md#${id}`
}
