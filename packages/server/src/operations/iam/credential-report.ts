import type { AccessKey } from '../../principals/entities.ts'
import type { CredentialReport, LastUse } from '../../store/iam-ports.ts'

const FRESH_MS = 4 * 60 * 60 * 1000

/** Whether a report is still given out, and not made anew: for four hours, the last instant included. */
export function isReportFresh({ generatedAtMs }: CredentialReport, nowMs: number): boolean {
  return nowMs - generatedAtMs <= FRESH_MS
}

/** What the report says of one access key. */
export interface ReportedKey extends Pick<AccessKey, 'id' | 'status' | 'createdAtMs'> {
  readonly lastUse: LastUse | null
}

/** What the report says of a user, or of the root of the account. */
export interface ReportedUser {
  /** Null for the root. */
  readonly name: string | null
  readonly arn: string
  readonly createdAtMs: number
  /** At most two. */
  readonly keys: readonly ReportedKey[]
}

const COLUMNS = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  'access_key_1_active',
  'access_key_1_last_rotated',
  'access_key_1_last_used_date',
  'access_key_1_last_used_region',
  'access_key_1_last_used_service',
  'access_key_2_active',
  'access_key_2_last_rotated',
  'access_key_2_last_used_date',
  'access_key_2_last_used_region',
  'access_key_2_last_used_service',
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
]

/** Both values of a credential that is not there: whether it is active, and when it changed. */
const NO_CERTIFICATE = ['false', 'N/A']
const NO_KEY = ['false', 'N/A', 'N/A', 'N/A', 'N/A']

/** The line of column names, without its end. */
export const CREDENTIAL_REPORT_HEADER = COLUMNS.join(',')

/**
 * One line of a credential report, without its end: columns and values as AWS was seen to write them
 * (AWS IAM User Guide: Getting credential reports). Nobody has a password, an MFA device or a
 * certificate; a key rotates by being replaced, so it was last rotated when it was made.
 */
export function formatCredentialReportLine(user: ReportedUser): string {
  const [first, second] = user.keys.toSorted((one, other) => (one.id < other.id ? -1 : 1))
  const values = [
    user.name ?? '<root_account>',
    user.arn,
    formatDate(user.createdAtMs),
    // Password, and whether MFA is active.
    ...['false', 'N/A', 'N/A', user.name === null ? 'not_supported' : 'N/A', 'false'],
    ...listKeyValues(first),
    ...listKeyValues(second),
    ...NO_CERTIFICATE,
    ...NO_CERTIFICATE,
  ]
  return values.map(formatField).join(',')
}

function listKeyValues(key: ReportedKey | undefined): readonly string[] {
  if (key === undefined) return NO_KEY
  const { status, createdAtMs, lastUse } = key
  const use =
    lastUse === null
      ? ['N/A', 'N/A', 'N/A']
      : [formatDate(lastUse.usedAtMs), lastUse.region, lastUse.service]
  return [String(status === 'Active'), formatDate(createdAtMs), ...use]
}

function formatDate(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`
}

/** Names and paths may hold commas and quotation marks (RFC 4180 §2). */
function formatField(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}
