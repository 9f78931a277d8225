/** The partitions of AWS (botocore `partitions.json`). */
export const PARTITIONS = [
  'aws',
  'aws-cn',
  'aws-eusc',
  'aws-iso',
  'aws-iso-b',
  'aws-iso-e',
  'aws-iso-f',
  'aws-us-gov',
] as const

/** One of them. */
export type Partition = (typeof PARTITIONS)[number]

/** Kinds of principals that can be the subject of a token (aws-wire §3.4). */
export type PrincipalType = 'role' | 'user' | 'root'

/** The IAM principal that `sub` names. A role stands for all its sessions: `sub` names none. */
export interface Principal {
  readonly arn: string
  readonly partition: string
  /** Twelve digits. */
  readonly account: string
  readonly type: PrincipalType
  /** Begins and ends with `/`; `/` for the root user. */
  readonly path: string
  /** Name of the role or user; empty for the root user. */
  readonly name: string
}

const ACCOUNT = /^\d{12}$/
/** A path has 1 to 512 visible ASCII characters with its slashes, a name 1 to 128 (IAM quotas). */
const PRINCIPAL_ARN =
  /^arn:aws(?:-[a-z]+)*:iam::\d{12}:(?:root|(?:role|user)\/(?:[!-~]{1,510}\/)?[\w+=,.@-]{1,128})$/
const PARTITION_START = 'arn:'.length
const ACCOUNT_LENGTH = 12

/** Whether the value is a twelve-digit account id. */
export function isAccountId(value: unknown): value is string {
  return typeof value === 'string' && ACCOUNT.test(value)
}

/** Takes the ARN of an IAM role, user or root user apart; null for anything else. */
export function parsePrincipal(arn: string): Principal | null {
  if (!PRINCIPAL_ARN.test(arn)) return null
  // The shape is certain now, so the positions of its parts are too.
  const partitionEnd = arn.indexOf(':', PARTITION_START)
  const accountStart = partitionEnd + ':iam::'.length
  const resourceStart = accountStart + ACCOUNT_LENGTH + 1
  const partition = arn.slice(PARTITION_START, partitionEnd)
  const account = arn.slice(accountStart, accountStart + ACCOUNT_LENGTH)
  const pathStart = arn.indexOf('/', resourceStart)
  if (pathStart === -1) return { arn, partition, account, type: 'root', path: '/', name: '' }

  const nameStart = arn.lastIndexOf('/') + 1
  return {
    arn,
    partition,
    account,
    type: arn.startsWith('role', resourceStart) ? 'role' : 'user',
    path: arn.slice(pathStart, nameStart),
    name: arn.slice(nameStart),
  }
}
