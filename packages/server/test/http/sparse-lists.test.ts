import { afterAll, beforeAll, expect, it } from 'vitest'
import { OPERATIONS } from '../../src/operations/registry.ts'
import type { Field, Shape } from '../../src/shapes/shape.ts'
import { call } from '../support/calls.ts'
import { startWorld, type World } from '../support/worlds/http.ts'

/** A parameter that leaves out the first item of a list, and where a violation must be told of. */
interface Gap {
  readonly parameter: string
  readonly path: string
}

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

function findGaps(fields: readonly Field[], parameter = '', path = ''): readonly Gap[] {
  return fields.flatMap(({ wireName, printedName, member: { shape } }): readonly Gap[] => {
    const here = { parameter: parameter + wireName, path: path + printedName }
    if (shape.kind === 'structure') {
      return findGaps(shape.fields, `${here.parameter}.`, `${here.path}.`)
    }
    if (shape.kind !== 'list') return []
    const { member } = shape
    const gap = {
      parameter: `${here.parameter}.member.2${nameFirstMember(member)}`,
      path: `${here.path}.1.member`,
    }
    const inner = member.kind === 'structure' ? member.fields : []
    return [gap, ...findGaps(inner, `${here.parameter}.member.1.`, `${here.path}.1.member.`)]
  })
}

/** What must follow an item's index for something to be sent in it. */
function nameFirstMember(shape: Shape): string {
  if (shape.kind === 'list') return `.member.1${nameFirstMember(shape.member)}`
  const [first] = shape.kind === 'structure' ? shape.fields : []
  return first === undefined ? '' : `.${first.wireName}${nameFirstMember(first.member.shape)}`
}

const ROWS = OPERATIONS.flatMap(({ api, name, input }) =>
  findGaps(input.fields).map(({ parameter, path }) => [api.name, name, parameter, path] as const),
)

it.each(ROWS)(
  '%s %s: %s alone leaves a gap and is refused',
  async (service, Action, parameter, path) => {
    const { server, callers } = world
    const parameters = { Action, [parameter]: 'x' }
    const { status, body } = await call(server, callers.admin, { service, parameters })
    expect([status, body]).toEqual([400, expect.stringContaining('<Code>ValidationError</Code>')])
    expect(body).toMatch(
      new RegExp(`at '${path}(\\.\\w+)?' failed to satisfy constraint: Member must not be null`),
    )
  },
)
