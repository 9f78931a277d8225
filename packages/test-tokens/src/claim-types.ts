import { type BadToken, type BadTokens, bad, type TokenOrigin } from './bad-token.ts'
import { AWS_NAMESPACE, withAwsClaims, withClaims } from './compose-token.ts'

const DATE = 'RFC 7519 §2 (NumericDate)'
const STRICT_DATE = 'AWS writes whole seconds; RFC 7519 §2 allows fractions'
const AWS_TYPES = 'AWS IAM User Guide: Understanding token claims'

const claim = (title: string, source: string, change: Parameters<typeof withClaims>[0]): BadToken =>
  bad(title, source, 'claims_invalid', withClaims(change))
const aws = (title: string, change: Parameters<typeof withAwsClaims>[0]): BadToken =>
  bad(title, AWS_TYPES, 'claims_invalid', withAwsClaims(change))
const later = ({ nowSeconds }: TokenOrigin): number => nowSeconds + 600

/** Signed rightly, with a claim whose value has another type than it should. */
export const CLAIM_TYPES = {
  'iss-number': bad(
    '`iss` as a number',
    'RFC 7519 §4.1.1',
    'issuer_untrusted',
    withClaims({ iss: 1 }),
  ),
  'iss-list': bad(
    '`iss` as a list',
    'RFC 7519 §4.1.1',
    'issuer_untrusted',
    withClaims(({ claims }) => ({ iss: [claims['iss']] })),
  ),
  'iss-object': bad(
    '`iss` as an object',
    'RFC 7519 §4.1.1',
    'issuer_untrusted',
    withClaims(({ claims }) => ({ iss: { iss: claims['iss'] } })),
  ),
  'sub-number': claim('`sub` as a number', 'RFC 7519 §4.1.2', { sub: 1 }),
  'sub-list': claim('`sub` as a list', 'RFC 7519 §4.1.2', ({ claims }) => ({
    sub: [claims['sub']],
  })),
  'sub-null': claim('`sub` as null', 'RFC 7519 §4.1.2', { sub: null }),
  'aud-number': claim('`aud` as a number', 'RFC 7519 §4.1.3', { aud: 1 }),
  'aud-object': claim('`aud` as an object', 'RFC 7519 §4.1.3', ({ claims }) => ({
    aud: { [String(claims['aud'])]: true },
  })),
  'aud-mixed-list': claim('`aud` as a list with a number', 'RFC 7519 §4.1.3', ({ claims }) => ({
    aud: [claims['aud'], 1],
  })),
  'aud-nested-list': claim('`aud` as a list in a list', 'RFC 7519 §4.1.3', ({ claims }) => ({
    aud: [[claims['aud']]],
  })),
  'exp-text': claim('`exp` as text', DATE, origin => ({ exp: String(later(origin)) })),
  'exp-date': claim('`exp` as a date in text', DATE, origin => ({
    exp: new Date(later(origin) * 1000).toISOString(),
  })),
  'exp-list': claim('`exp` as a list', DATE, origin => ({ exp: [later(origin)] })),
  'exp-object': claim('`exp` as an object', DATE, { exp: {} }),
  'exp-null': claim('`exp` as null', DATE, { exp: null }),
  'exp-boolean': claim('`exp` as a boolean', DATE, { exp: true }),
  'exp-fraction': claim('`exp` with a fraction', STRICT_DATE, origin => ({
    exp: later(origin) + 0.5,
  })),
  'iat-text': claim('`iat` as text', DATE, ({ nowSeconds }) => ({ iat: String(nowSeconds) })),
  'iat-null': claim('`iat` as null', DATE, { iat: null }),
  'iat-fraction': claim('`iat` with a fraction', STRICT_DATE, ({ nowSeconds }) => ({
    iat: nowSeconds - 0.5,
  })),
  'nbf-text': claim('`nbf` as text', DATE, ({ nowSeconds }) => ({ nbf: String(nowSeconds - 10) })),
  'nbf-null': claim('`nbf` as null', DATE, { nbf: null }),
  'nbf-object': claim('`nbf` as an object', DATE, { nbf: {} }),
  'jti-number': claim('`jti` as a number', 'RFC 7519 §4.1.7', { jti: 1 }),
  'jti-list': claim('`jti` as a list', 'RFC 7519 §4.1.7', ({ claims }) => ({
    jti: [claims['jti']],
  })),
  'aws-text': claim('the claims of AWS as text', AWS_TYPES, ({ claims }) => ({
    [AWS_NAMESPACE]: JSON.stringify(claims[AWS_NAMESPACE]),
  })),
  'aws-list': claim('the claims of AWS as a list', AWS_TYPES, ({ claims }) => ({
    [AWS_NAMESPACE]: [claims[AWS_NAMESPACE]],
  })),
  'aws-account-number': aws('`aws_account` as a number', { aws_account: 123_456_789_012 }),
  'aws-account-list': aws('`aws_account` as a list', { aws_account: ['123456789012'] }),
  'source-region-number': aws('`source_region` as a number', { source_region: 1 }),
  'source-region-null': aws('`source_region` as null', { source_region: null }),
  'principal-id-object': aws('`principal_id` as an object', { principal_id: {} }),
  'org-id-list': aws('`org_id` as a list', { org_id: ['o-a1b2c3d4e5'] }),
  'ou-path-object': aws('`ou_path` as an object', { ou_path: { 0: 'o-a1b2c3d4e5/' } }),
  'ou-path-numbers': aws('`ou_path` as a list of numbers', { ou_path: [1] }),
  'principal-tags-list': aws('`principal_tags` as a list', {
    principal_tags: [{ key: 'Team', value: 'platform' }],
  }),
  'principal-tags-value-list': aws('a tag whose value is a list', {
    principal_tags: { Team: ['platform'] },
  }),
  'request-tags-text': aws('`request_tags` as text', { request_tags: 'Team=platform' }),
  'request-tags-value-number': aws('a request tag whose value is a number', {
    request_tags: { Team: 1 },
  }),
  'original-session-exp-number': aws('`original_session_exp` as a number', {
    original_session_exp: 1_789_151_748,
  }),
  'source-identity-list': aws('`source_identity` as a list', { source_identity: ['alice'] }),
  'federated-provider-boolean': aws('`federated_provider` as a boolean', {
    federated_provider: true,
  }),
  'identity-store-user-id-number': aws('`identity_store_user_id` as a number', {
    identity_store_user_id: 1,
  }),
  'identity-store-arn-null': aws('`identity_store_arn` as null', { identity_store_arn: null }),
  'ec2-source-instance-arn-list': aws('`ec2_source_instance_arn` as a list', {
    ec2_source_instance_arn: [],
  }),
  'ec2-instance-source-vpc-number': aws('`ec2_instance_source_vpc` as a number', {
    ec2_instance_source_vpc: 1,
  }),
  'ec2-instance-source-private-ipv4-number': aws('`ec2_instance_source_private_ipv4` as a number', {
    ec2_instance_source_private_ipv4: 167_772_161,
  }),
  'ec2-role-delivery-number': aws('`ec2_role_delivery` as a number', { ec2_role_delivery: 2 }),
  'lambda-source-function-arn-object': aws('`lambda_source_function_arn` as an object', {
    lambda_source_function_arn: {},
  }),
  'glue-credential-issuing-service-boolean': aws('`glue_credential_issuing_service` as a boolean', {
    glue_credential_issuing_service: false,
  }),
} as const satisfies BadTokens
