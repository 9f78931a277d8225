import { describe, expect, it } from 'vitest'
import { locateStatements } from './locate-statements.ts'

const STATEMENT = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
const LIST = { Version: '2012-10-17', Statement: [STATEMENT] }
const NAMED = { Version: '2012-10-17', Statement: [{ ...STATEMENT, Sid: 'First' }, STATEMENT] }

/** Pairs of line and column, as AWS's simulator gave them for these documents. */
type Spans = readonly (readonly [start: readonly number[], end: readonly number[]])[]

describe('locateStatements', () => {
  const cases: readonly (readonly [what: string, document: string, spans: Spans])[] = [
    [
      'one in a list',
      JSON.stringify(LIST),
      [
        [
          [1, 38],
          [1, 95],
        ],
      ],
    ],
    [
      'two in a list',
      JSON.stringify(NAMED),
      [
        [
          [1, 38],
          [1, 109],
        ],
        [
          [1, 109],
          [1, 167],
        ],
      ],
    ],
    [
      'on lines of their own',
      JSON.stringify(NAMED, null, 2),
      [
        [
          [3, 17],
          [9, 6],
        ],
        [
          [9, 6],
          [14, 6],
        ],
      ],
    ],
    [
      'with line ends of two characters',
      ` \r\n${JSON.stringify(LIST, null, 2).replaceAll('\n', '\r\n')}\r\n `,
      [
        [
          [4, 17],
          [9, 6],
        ],
      ],
    ],
    [
      'without a list',
      '{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}',
      [
        [
          [1, 16],
          [1, 77],
        ],
      ],
    ],
    [
      'braces and quotes in texts',
      '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Sid":"","Condition":{"StringLike":{"a:b":"}\\"{}}"}}}]}',
      [
        [
          [1, 15],
          [1, 114],
        ],
      ],
    ],
  ]
  it.each(cases)('finds %s', (_what, document, spans) => {
    expect(
      locateStatements(document).map(({ start, end }) => [
        [start.line, start.column],
        [end.line, end.column],
      ]),
    ).toEqual(spans)
  })
})
