import { describe, expect, test } from 'vitest'
import { ServiceError } from '../../errors.ts'
import { groupItems, groupMembers, MAX_INDEX } from './group-parameters.ts'

const parameters = (...names: string[]) => new Map(names.map(name => [name, `=${name}`]))

describe('groupMembers', () => {
  test('groups by the first segment and leaves out names without a dot', () => {
    const groups = groupMembers(parameters('Tags', 'Tags.a', 'Other.b.c', 'Tags.a.b.', '.x', 'y.'))
    expect(groups).toEqual(
      new Map([
        [
          'Tags',
          new Map([
            ['a', '=Tags.a'],
            ['a.b.', '=Tags.a.b.'],
          ]),
        ],
        ['Other', new Map([['b.c', '=Other.b.c']])],
        ['', new Map([['x', '=.x']])],
        ['y', new Map([['', '=y.']])],
      ]),
    )
  })

  test('names that objects have are names like others', () => {
    const groups = groupMembers(parameters('__proto__.x', 'constructor.prototype'))
    expect([...groups.keys()]).toEqual(['__proto__', 'constructor'])
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false)
  })
})

describe('groupItems', () => {
  const values = (...names: string[]) => groupItems(parameters(...names)).map(({ value }) => value)

  test('orders by number, not by text or arrival', () => {
    expect(values('member.10', 'member.9', 'member.1')).toEqual([
      '=member.1',
      '=member.9',
      '=member.10',
    ])
  })

  test('gaps close up', () => {
    expect(values('member.7', `member.${MAX_INDEX}`, 'member.3')).toEqual([
      '=member.3',
      '=member.7',
      `=member.${MAX_INDEX}`,
    ])
  })

  test('keeps what is below an item, and its own value beside', () => {
    expect(
      groupItems(parameters('member.2.Key', 'member.1', 'member.2.Value', 'member.1.x.y')),
    ).toEqual([
      { value: '=member.1', below: new Map([['x.y', '=member.1.x.y']]) },
      {
        value: undefined,
        below: new Map([
          ['Key', '=member.2.Key'],
          ['Value', '=member.2.Value'],
        ]),
      },
    ])
  })

  test('no items', () => {
    expect(groupItems(new Map())).toEqual([])
  })

  test.each([
    ['member', 'Unexpected list element termination'],
    ['member.', 'Start of list found where not expected'],
    ['member.x', 'Start of list found where not expected'],
    ['member.-1', 'Start of list found where not expected'],
    ['member.1x', 'Start of list found where not expected'],
    ['member.٣', 'Start of list found where not expected'],
    ['member..Key', 'Start of list found where not expected'],
    ['member.0', '0 is not a valid index'],
    ['member.0.Key', '0 is not a valid index'],
    ['member.01', 'Value found where not expected'],
    ['member.00', 'Value found where not expected'],
    [`member.${MAX_INDEX + 1}`, `Index ${MAX_INDEX + 1} is illegal`],
    ['member.99999999999', 'Index 99999999999 is illegal'],
    ['1', 'Top level element may not be treated as a list'],
    ['1.Key', 'Top level element may not be treated as a list'],
    ['', 'Start of structure or map found where not expected.'],
    ['x', 'Start of structure or map found where not expected.'],
    ['members.1', 'Start of structure or map found where not expected.'],
    ['__proto__.1', 'Start of structure or map found where not expected.'],
  ])('refuses %j', (name, message) => {
    expect(() => groupItems(parameters('member.1', name))).toThrow(
      new ServiceError('MalformedInput', message),
    )
  })
})
