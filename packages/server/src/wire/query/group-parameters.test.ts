import { describe, expect, test } from 'vitest'
import { ServiceError } from '../../errors.ts'
import { groupItems, groupMembers, MAX_INDEX, MAX_SKIPPED } from './group-parameters.ts'

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
  const values = (...names: string[]) =>
    groupItems(parameters(...names)).map(item => item?.value ?? null)

  test('orders by number, not by text or arrival', () => {
    const names = Array.from({ length: 11 }, (_, index) => `member.${11 - index}`)
    expect(values(...names)).toEqual(names.toReversed().map(name => `=${name}`))
  })

  test('gaps stay open, as many as are padded', () => {
    expect(values('member.3', 'member.1')).toEqual(['=member.1', null, '=member.3'])
    const last = `member.${MAX_SKIPPED + 1}`
    expect(values(last)).toEqual([...Array.from({ length: MAX_SKIPPED }, () => null), `=${last}`])
    expect(values('member.1', `member.${MAX_SKIPPED + 2}`)).toHaveLength(MAX_SKIPPED + 2)
  })

  test.each([
    [[`member.${MAX_SKIPPED + 2}`], MAX_SKIPPED + 1],
    [['member.49'], 48],
    [['member.1', 'member.7', `member.${MAX_SKIPPED + 4}`], MAX_SKIPPED + 1],
    [[`member.${MAX_INDEX}`], MAX_INDEX - 1],
  ])('refuses more gaps: %j', (names, skipped) => {
    const text = `Excessively sparse input would skip ${skipped} list elements`
    expect(() => groupItems(parameters(...names))).toThrow(new ServiceError('MalformedInput', text))
  })

  test('leading zeros are none of an index', () => {
    expect(groupItems(parameters('member.01.Key', 'member.1.Value'))).toEqual([
      {
        value: undefined,
        below: new Map([
          ['Key', '=member.01.Key'],
          ['Value', '=member.1.Value'],
        ]),
      },
    ])
  })

  test.each([[['member.1', 'member.01']], [['member.1.Key', 'member.001.Key']]])(
    'refuses one value under two spellings: %j',
    names => {
      expect(() => groupItems(parameters(...names))).toThrow(
        new ServiceError('MalformedInput', 'Value found where not expected'),
      )
    },
  )

  test.each(['member.x', 'member.+1', 'member.1x', 'member.٣', 'member.one.Key'])(
    '%s alone is one item without anything',
    name => {
      expect(groupItems(parameters(name))).toEqual([
        { value: undefined, below: new Map([[name, `=${name}`]]) },
      ])
    },
  )

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

  test('makes no items of no parameters', () => {
    expect(groupItems(new Map())).toEqual([])
  })

  test.each([
    ['member', 'Unexpected list element termination'],
    ['member.', 'Start of list found where not expected'],
    ['member.x', 'Start of list found where not expected'],
    ['member.-1', "Key -1 may not have a leading '-'"],
    ['member.-x.Key', "Key -x may not have a leading '-'"],
    ['member.2.0.Key', 'Two index elements may not occur back to back'],
    ['member.2.1', 'Two index elements may not occur back to back'],
    ['member.1x', 'Start of list found where not expected'],
    ['member.٣', 'Start of list found where not expected'],
    ['member..Key', 'Start of list found where not expected'],
    ['member.0', '0 is not a valid index'],
    ['member.0.Key', '0 is not a valid index'],
    ['member.00', '0 is not a valid index'],
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
