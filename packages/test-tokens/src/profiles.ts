import { type BadTokens, bad } from './bad-token.ts'
import { AWS_NAMESPACE, awsClaimsOf, withAwsClaims, withClaims } from './compose-token.ts'

const CLAIMS = 'AWS IAM User Guide: Understanding token claims'
const SUBJECT = '`sub` is the ARN of an IAM role or user (aws-wire §3.4)'

/** An account that no example uses. */
const OTHER_ACCOUNT = '999999999999'

interface Subject {
  readonly partition: string
  readonly account: string
  /** At the end of the ARN. */
  readonly name: string
}

/** The ARN of the good token, apart. */
function subjectOf(claims: Readonly<Record<string, unknown>>): Subject {
  const [, partition = '', , , account = '', resource = ''] = String(claims['sub']).split(':')
  return { partition, account, name: resource.slice(resource.lastIndexOf('/') + 1) }
}

/** Right for every JWT, and wrong for tokens of AWS and Credence. */
export const PROFILES = {
  'no-sub': bad('no `sub`', CLAIMS, 'claims_invalid', withClaims({ sub: undefined })),
  'sub-empty': bad('an empty `sub`', CLAIMS, 'claims_invalid', withClaims({ sub: '' })),
  'no-jti': bad('no `jti`', CLAIMS, 'claims_invalid', withClaims({ jti: undefined })),
  'no-aws-claims': bad(
    'no AWS claims',
    CLAIMS,
    'claims_invalid',
    withClaims({ [AWS_NAMESPACE]: undefined }),
  ),
  'no-aws-account': bad(
    'no `aws_account`',
    CLAIMS,
    'claims_invalid',
    withAwsClaims({ aws_account: undefined }),
  ),
  'no-source-region': bad(
    'no `source_region`',
    CLAIMS,
    'claims_invalid',
    withAwsClaims({ source_region: undefined }),
  ),
  'sub-name': bad(
    'a `sub` that is no ARN',
    SUBJECT,
    'principal_refused',
    withClaims(({ claims }) => ({ sub: subjectOf(claims).name })),
  ),
  'sub-session': bad(
    'a `sub` that is a session',
    SUBJECT,
    'principal_refused',
    withClaims(({ claims }) => {
      const { partition, account, name } = subjectOf(claims)
      return { sub: `arn:${partition}:sts::${account}:assumed-role/${name}/s` }
    }),
  ),
  'sub-root': bad(
    'a `sub` that is the root user',
    SUBJECT,
    'principal_refused',
    withClaims(({ claims }) => {
      const { partition, account } = subjectOf(claims)
      return { sub: `arn:${partition}:iam::${account}:root` }
    }),
  ),
  'sub-other-partition': bad(
    'a `sub` in another partition',
    SUBJECT,
    'partition_refused',
    withClaims(({ claims }) => {
      const { partition, account, name } = subjectOf(claims)
      const other = partition === 'aws' ? 'aws-cn' : 'aws'
      return { sub: `arn:${other}:iam::${account}:role/${name}` }
    }),
  ),
  'sub-line-break': bad(
    'a `sub` with a line break at its end',
    SUBJECT,
    'principal_refused',
    withClaims(({ claims }) => ({ sub: `${claims['sub']}\n` })),
  ),
  'sub-of-an-origin-identity': bad(
    'a `sub` in the name of another (`subject_mode`)',
    'STS API Reference: GetWebIdentityToken, SubjectMode',
    'claims_invalid',
    withClaims({ subject_mode: 'OriginIdentity' }),
  ),
  'bound-to-a-key': bad(
    'a key that the bearer must hold (`cnf`)',
    'RFC 7800 §3, RFC 8705 §3, RFC 9449 §7.1',
    'binding_refused',
    withClaims({ cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } }),
  ),
  'account-mismatch': bad(
    '`aws_account` is not the account of `sub`',
    '`aws_account` is the account of the caller (aws-wire §3.3)',
    'account_mismatch',
    withAwsClaims({ aws_account: OTHER_ACCOUNT }),
  ),
  'foreign-account': bad(
    'an account that the issuer may not speak for',
    'each account has an issuer of its own (aws-wire §4)',
    'account_refused',
    withClaims(({ claims }) => {
      const { partition, name } = subjectOf(claims)
      return {
        sub: `arn:${partition}:iam::${OTHER_ACCOUNT}:role/${name}`,
        [AWS_NAMESPACE]: { ...awsClaimsOf(claims), aws_account: OTHER_ACCOUNT },
      }
    }),
  ),
} as const satisfies BadTokens
