import { describe, expect, it } from 'vitest'
import { formatAccessKeyId } from '../../principals/identifiers.ts'
import {
  CREDENTIAL_REPORT_HEADER,
  formatCredentialReportLine,
  isReportFresh,
  type ReportedKey,
  type ReportedUser,
} from './credential-report.ts'

const BOB: ReportedUser = { name: 'bob', arn: 'ARN', createdAtMs: 1_795_378_339_507, keys: [] }
const NO_KEYS = 'false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A'
const NO_CERTIFICATES = 'false,N/A,false,N/A'

function createKey(number: number, changes: Partial<ReportedKey> = {}): ReportedKey {
  const id = formatAccessKeyId('AKIA', new Uint8Array(16).fill(number))
  return { id, status: 'Active', createdAtMs: number * 1000, lastUse: null, ...changes }
}

describe('formatCredentialReportLine', () => {
  it.each<readonly [what: string, user: ReportedUser, line: string]>([
    [
      'a user without keys',
      BOB,
      `bob,ARN,2026-11-22T20:12:19Z,false,N/A,N/A,N/A,false,${NO_KEYS},${NO_CERTIFICATES}`,
    ],
    [
      'the root',
      { ...BOB, name: null },
      `<root_account>,ARN,2026-11-22T20:12:19Z,false,N/A,N/A,not_supported,false,${NO_KEYS},${NO_CERTIFICATES}`,
    ],
    [
      'keys in the order of their ids, used and inactive',
      {
        ...BOB,
        createdAtMs: 0,
        keys: [
          createKey(2, { status: 'Inactive' }),
          createKey(1, { lastUse: { usedAtMs: 3_000, region: 'eu-west-1', service: 'sts' } }),
        ],
      },
      `bob,ARN,1970-01-01T00:00:00Z,false,N/A,N/A,N/A,false,true,1970-01-01T00:00:01Z,1970-01-01T00:00:03Z,eu-west-1,sts,false,1970-01-01T00:00:02Z,N/A,N/A,N/A,${NO_CERTIFICATES}`,
    ],
    [
      'a name with a comma and a path with quotation marks',
      { ...BOB, name: 'a,b', arn: 'user/"x"/a,b', createdAtMs: 0 },
      `"a,b","user/""x""/a,b",1970-01-01T00:00:00Z,false,N/A,N/A,N/A,false,${NO_KEYS},${NO_CERTIFICATES}`,
    ],
  ])('writes %s', (_what, user, line) => {
    expect(formatCredentialReportLine(user)).toBe(line)
  })

  it('has a value for each column', () => {
    const columns = CREDENTIAL_REPORT_HEADER.split(',')
    expect(columns).toHaveLength(22)
    expect(formatCredentialReportLine(BOB).split(',')).toHaveLength(22)
  })
})

describe('isReportFresh', () => {
  it.each([
    [0, true],
    [14_400_000, true],
    [14_400_001, false],
  ])('after %i ms: %s', (ageMs, isFresh) => {
    expect(isReportFresh({ generatedAtMs: 1_000, content: '' }, 1_000 + ageMs)).toBe(isFresh)
  })
})
