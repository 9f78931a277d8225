import { describe, expect, it, vi } from 'vitest'
import type { Operation } from '../operations/operation.ts'
import { optional, required, string, structure } from '../shapes/shape.ts'
import { readHead, readIncoming } from './incoming.ts'
import { readCallInput } from './read-call-input.ts'
import { createOperation } from './test/operations.ts'
import { createReceived } from './test/requests.ts'

const SHAPE = structure('GreetRequest', {
  name: required(string({ maxLength: 8 })),
  title: optional(string()),
})

/** Reads the input of an operation from a form. */
function read(body: string, changes: Partial<Operation> = {}) {
  const dropBody = vi.fn<() => void>()
  const incoming = readIncoming(readHead(createReceived({ body: Buffer.from(body), dropBody })))
  const wanted = new Set(['Name', 'Title'])
  const inputRules = { wanted, unbuilt: new Map(), quotesValues: false }
  const operation = createOperation({ input: SHAPE, inputRules, ...changes })
  return { read: () => readCallInput(operation, incoming), incoming, dropBody }
}

const byToken: Operation['authentication'] = () => Promise.reject(new TypeError('not asked'))

describe('the input of a call', () => {
  it.each<readonly [string, string, object]>([
    ['is what its shape has', 'Name=Ann&Title=Dr', { name: 'Ann', title: 'Dr' }],
    ['has no member that was not sent', 'Name=Ann', { name: 'Ann' }],
    ['has nothing that the operation does not know', 'Name=Ann&Else=1', { name: 'Ann' }],
  ])('%s', (_, body, input) => {
    expect(read(body).read()).toEqual(input)
    expect(read(body, { authentication: byToken }).read()).toEqual(input)
  })

  it.each([
    ['a member that must be there', 'Title=Dr', 'ValidationError'],
    ['a text that is too long', 'Name=Anastasia', 'ValidationError'],
    ['a structure in the place of a text', 'Name.First=Ann', 'MalformedInput'],
  ])('is refused for %s, signed or not', (_, body, code) => {
    expect(read(body).read).toThrow(expect.objectContaining({ code }))
    const unsigned = read(body, { authentication: byToken })
    expect(unsigned.read).toThrow(expect.objectContaining({ code }))
  })
})

describe('the body of a call', () => {
  it('is forgotten once it is read, when nobody has signed it', () => {
    const { read: readInput, incoming, dropBody } = read('Name=Ann', { authentication: byToken })
    readInput()
    expect(dropBody).toHaveBeenCalledTimes(1)
    expect(incoming.action).toBeNull()
  })

  it('stays when it is signed', () => {
    const { read: readInput, dropBody } = read('Name=Ann')
    readInput()
    expect(dropBody).not.toHaveBeenCalled()
  })
})
