import { OPERATOR_TABLE } from '../../src/policy/conditions/operator-table.ts'
import type { ContextValue } from '../../src/policy/decision.ts'

/** A document of the policy language, as both evaluators read it. */
export interface RandomPolicy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly RandomStatement[]
}

/** A statement; of `Action` and `NotAction`, `Resource` and `NotResource` there is one each. */
export interface RandomStatement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: unknown
  readonly Action?: readonly string[]
  readonly NotAction?: readonly string[]
  readonly Resource?: readonly string[]
  readonly NotResource?: readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

/** A request and everything that decides about it. */
export interface RandomCase {
  readonly action: string
  readonly resource: string
  readonly context: Readonly<Record<string, ContextValue>>
  readonly identity: readonly RandomPolicy[]
  readonly boundary: RandomPolicy | null
  /** Level by level; null outside an organization. */
  readonly serviceControl: readonly RandomPolicy[] | null
  /** Of the role that is to be assumed; null for everything else. */
  readonly trust: RandomPolicy | null
}

/** Whose account it is, and who asks. */
export const ACCOUNT = '123456789012'
/** The user who asks. */
export const CALLER = `arn:aws:iam::${ACCOUNT}:user/team/alice`
const ROLE = `arn:aws:iam::${ACCOUNT}:role/deploy`

const ACTIONS = ['s3:GetObject', 's3:PutObject', 'sts:GetWebIdentityToken', 'iam:GetUser']
const ACTION_PATTERNS = [
  ...ACTIONS,
  '*',
  's3:*',
  'S3:getobject',
  's3:Get*',
  's3:?etObject',
  '*:GetUser',
  'sts:Get*Token',
  'iam:*User*',
]

const BUCKET = 'arn:aws:s3:::data'
const RESOURCES = [
  `${BUCKET}/alice/a`,
  `${BUCKET}/bob/a:b`,
  'arn:aws:s3:::other',
  `arn:aws:sts::${ACCOUNT}:self`,
  CALLER,
]
const RESOURCE_PATTERNS = [
  ...RESOURCES,
  '*',
  `${BUCKET}/*`,
  `${BUCKET}/\${aws:username}/*`,
  `${BUCKET}/?lice/a`,
  'arn:aws:s3:::*',
  'arn:*:s3:::data/*/a*',
  `arn:aws:iam::${ACCOUNT}:user/*`,
  `arn:aws:iam::\${aws:PrincipalAccount}:user/team/\${aws:username}`,
  `arn:aws:s3:::data/\${aws:PrincipalTag/team, 'alice'}/*`,
  `arn:aws:s3:::data/\${*}`,
]

/** Keys with the values that requests may have; sets are lists of their members. */
const VALUES = {
  'aws:username': ['alice', 'bob', 'Alice'],
  'aws:PrincipalTag/team': ['data', 'web', 'DATA', 'd*', ''],
  'aws:RequestTag/count': ['1', '01', '2', '-3', '1.5', 'many'],
  'aws:CurrentTime': ['2026-11-30T00:00:00Z', '2026-11-30T12:00:00Z', '2020-01-01T00:00:00Z'],
  'aws:SourceIp': ['192.0.2.7', '192.0.3.7', '2001:db8::1'],
  'aws:SecureTransport': ['true', 'false'],
  'aws:PrincipalArn': [CALLER, ROLE, `arn:aws:iam::999999999999:user/x`],
  'aws:TagKeys': ['team', 'env', 'Team'],
  'sts:IdentityTokenAudience': ['https://a.example', 'https://b.example'],
  'aws:PrincipalOrgID': ['o-1', 'o-2'],
  'kms:Blob': ['QUJD', 'QUJE'],
} as const

type Key = keyof typeof VALUES
const KEYS = Object.keys(VALUES) as Key[]
const SETS: ReadonlySet<Key> = new Set(['aws:TagKeys', 'sts:IdentityTokenAudience'])

/** Keys that no request to assume a role has: the other evaluator takes them out. */
const NOT_OF_ROLES: ReadonlySet<Key> = new Set(['sts:IdentityTokenAudience', 'kms:Blob'])

/** Values that policies may compare with, by the family of the operator. */
const OPERANDS: Readonly<Record<string, readonly string[]>> = {
  String: [
    'alice',
    'data',
    'd*',
    '*',
    'da?a',
    'https://a.example',
    'team',
    '',
    `\${aws:username}`,
    `\${aws:PrincipalTag/team}`,
    `x\${*}`,
    'o-1',
  ],
  Numeric: ['1', '2', '-3', '1.50', '01'],
  Date: ['2026-11-30T06:00:00Z', '2026-11-30', '1796040000', '2020-01-01T00:00:00Z'],
  Bool: ['true', 'false', 'TRUE'],
  Binary: ['QUJD', 'QUJE'],
  Ip: ['192.0.2.0/24', '192.0.2.7', '2001:db8::/32', '0.0.0.0/0'],
  Arn: [
    CALLER,
    ROLE,
    'arn:aws:iam::*:user/*',
    'arn:aws:iam::123456789012:role/*',
    '*',
    `arn:aws:iam::123456789012:user/team/\${aws:username}`,
  ],
}

const OPERATORS = [...OPERATOR_TABLE.keys()]

function familyOf(operator: string): string {
  return Object.keys(OPERANDS).find(family => operator.includes(family)) ?? 'String'
}

/** The keys that make sense for a family, which most conditions take. */
const KEYS_OF_FAMILY: Readonly<Record<string, readonly Key[]>> = {
  Numeric: ['aws:RequestTag/count'],
  Date: ['aws:CurrentTime'],
  Bool: ['aws:SecureTransport'],
  Binary: ['kms:Blob'],
  Ip: ['aws:SourceIp'],
  Arn: ['aws:PrincipalArn'],
  String: [
    'aws:username',
    'aws:PrincipalTag/team',
    'aws:TagKeys',
    'sts:IdentityTokenAudience',
    'aws:PrincipalOrgID',
  ],
}

/** Makes cases from a seed, always the same ones. */
export class CaseMaker {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** The next case. */
  next(): RandomCase {
    const isAboutTrust = this.#isOne(6)
    return {
      action: isAboutTrust ? 'sts:AssumeRole' : this.#pick(ACTIONS),
      resource: isAboutTrust ? ROLE : this.#pick(RESOURCES),
      context: this.#makeContext(isAboutTrust),
      identity: this.#makeMany(1, 2, () => this.#makePolicy(isAboutTrust)),
      boundary: this.#isOne(4) ? this.#makePolicy(isAboutTrust) : null,
      serviceControl: this.#isOne(4)
        ? this.#makeMany(1, 2, () => this.#makePolicy(isAboutTrust))
        : null,
      trust: isAboutTrust ? this.#makeTrust() : null,
    }
  }

  /** A number from 0 to below 1: the generator mulberry32. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  #pick<Item>(items: readonly [Item, ...Item[]] | readonly Item[]): Item {
    const item = items[Math.floor(this.#random() * items.length)]
    if (item === undefined) throw new RangeError('there is nothing to pick')
    return item
  }

  #isOne(of: number): boolean {
    return this.#random() < 1 / of
  }

  #makeMany<Item>(min: number, max: number, make: () => Item): readonly Item[] {
    const length = min + Math.floor(this.#random() * (max - min + 1))
    return Array.from({ length }, make)
  }

  #makeContext(isAboutTrust: boolean): RandomCase['context'] {
    const keys = KEYS.filter(key => !this.#isOne(3) && !(isAboutTrust && NOT_OF_ROLES.has(key)))
    return {
      'aws:PrincipalAccount': ACCOUNT,
      ...Object.fromEntries(
        keys.map(key => [
          key,
          SETS.has(key)
            ? [...new Set(this.#makeMany(0, 3, () => this.#pick<string>(VALUES[key])))]
            : this.#pick<string>(VALUES[key]),
        ]),
      ),
    }
  }

  #makePolicy(isAboutTrust: boolean): RandomPolicy {
    const actions = isAboutTrust ? ['sts:AssumeRole', 'sts:*', '*'] : ACTION_PATTERNS
    const resources = isAboutTrust ? [ROLE, '*', 'arn:aws:iam::*:role/*'] : RESOURCE_PATTERNS
    return {
      Version: '2012-10-17',
      Statement: this.#makeMany(1, 3, () => ({
        Effect: this.#isOne(4) ? 'Deny' : 'Allow',
        [this.#isOne(10) ? 'NotAction' : 'Action']: this.#isOne(3)
          ? ['*']
          : this.#makeMany(1, 2, () => this.#pick(actions)),
        [this.#isOne(10) ? 'NotResource' : 'Resource']: this.#isOne(2)
          ? ['*']
          : this.#makeMany(1, 2, () => this.#pick(resources)),
        ...this.#makeConditions(),
      })),
    }
  }

  #makeTrust(): RandomPolicy {
    const principals = [
      ACCOUNT,
      `arn:aws:iam::${ACCOUNT}:root`,
      CALLER,
      '*',
      `arn:aws:iam::${ACCOUNT}:user/bob`,
    ]
    return {
      Version: '2012-10-17',
      Statement: this.#makeMany(1, 2, () => ({
        Effect: this.#isOne(5) ? 'Deny' : 'Allow',
        Principal: { AWS: this.#makeMany(1, 2, () => this.#pick(principals)) },
        Action: [this.#pick(['sts:AssumeRole', 'sts:*', 'sts:TagSession'])],
        ...this.#makeConditions(),
      })),
    }
  }

  #makeConditions(): Pick<RandomStatement, 'Condition'> {
    if (this.#isOne(2)) return {}
    const conditions: Record<string, Record<string, readonly string[]>> = {}
    for (const [operator, key, values] of this.#makeMany(1, 2, () => this.#makeCondition())) {
      conditions[operator] = { ...conditions[operator], [key]: values }
    }
    return { Condition: conditions }
  }

  #makeCondition(): readonly [operator: string, key: string, values: readonly string[]] {
    if (this.#isOne(8)) {
      return ['Null', this.#pick(KEYS), [this.#pick(['true', 'false'])]]
    }
    const operator = this.#pick(OPERATORS)
    const family = familyOf(operator)
    const key = this.#isOne(8) ? this.#pick(KEYS) : this.#pick(KEYS_OF_FAMILY[family] ?? KEYS)
    const wantsSet = SETS.has(key) ? !this.#isOne(5) : this.#isOne(12)
    const prefix = wantsSet ? this.#pick(['ForAllValues:', 'ForAnyValue:']) : ''
    const suffix = this.#isOne(5) ? 'IfExists' : ''
    return [
      `${prefix}${operator}${suffix}`,
      this.#isOne(6) ? key.toLowerCase() : key,
      this.#makeMany(1, 3, () => this.#pick(OPERANDS[family] ?? [])),
    ]
  }
}
