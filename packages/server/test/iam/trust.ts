/** A trust policy for a principal. */
export function trust(
  principal: Readonly<Record<string, string>>,
  action = 'sts:AssumeRole',
): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: action }],
  })
}

/** A trust policy for the account of the tests. */
export const TRUST = trust({ AWS: 'arn:aws:iam::123456789012:root' })
