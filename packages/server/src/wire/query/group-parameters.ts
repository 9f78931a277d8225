import { ServiceError } from '../../errors.ts'
import type { QueryParameters } from './parse-parameters.ts'

/** What was sent for one member: its own value, and what was sent below its name. */
export interface Sent {
  /** `Audience=…`; undefined when the bare name was not sent. */
  readonly value: string | undefined
  /** `member.1` → … of `Audience.member.1=…`; empty when nothing was sent below the name. */
  readonly below: QueryParameters
}

/** Nothing below a name. */
export const NOTHING: QueryParameters = new Map()

/** The largest index that AWS's Query services read. */
export const MAX_INDEX = 214_748_369

const MEMBER = 'member.'
const DIGITS = /^\d+$/

/**
 * Groups dotted names by their first segment: `Tags.member.1.Key` is `member.1.Key` below `Tags`.
 * One level only, so the depth of what is read is the depth of the shape that asks, whatever names
 * a request carries.
 */
export function groupMembers(parameters: QueryParameters): ReadonlyMap<string, QueryParameters> {
  const groups = new Map<string, Map<string, string>>()
  for (const [name, value] of parameters) {
    const dot = name.indexOf('.')
    if (dot === -1) continue
    const segment = name.slice(0, dot)
    const group = groups.get(segment)
    if (group === undefined) groups.set(segment, new Map([[name.slice(dot + 1), value]]))
    else group.set(name.slice(dot + 1), value)
  }
  return groups
}

/**
 * Groups what was sent below a list's name by index, in the order of the indices; gaps close up.
 * Codes and texts are those of AWS's Query services; UNVERIFIED for STS, as is the tolerance for gaps.
 *
 * @throws ServiceError `MalformedInput` for a name that is no `member.N`
 */
export function groupItems(below: QueryParameters): readonly Sent[] {
  const items = new Map<number, Item>()
  for (const [name, value] of below) {
    const dot = name.indexOf('.', MEMBER.length)
    const index = parseIndex(name, dot === -1 ? name.length : dot)
    const item = items.get(index) ?? addItem(items, index)
    if (dot === -1) item.value = value
    else item.below.set(name.slice(dot + 1), value)
  }
  return [...items].sort(([a], [b]) => a - b).map(([, item]) => item)
}

interface Item extends Sent {
  value: string | undefined
  readonly below: Map<string, string>
}

function addItem(items: Map<number, Item>, index: number): Item {
  const item: Item = { value: undefined, below: new Map() }
  items.set(index, item)
  return item
}

function parseIndex(name: string, end: number): number {
  if (!name.startsWith(MEMBER)) throw malformedInput(noListText(name))
  const token = name.slice(MEMBER.length, end)
  if (!DIGITS.test(token)) throw malformedInput('Start of list found where not expected')
  if (token === '0') throw malformedInput('0 is not a valid index')
  if (token.startsWith('0')) throw malformedInput('Value found where not expected')
  const index = Number(token)
  if (index > MAX_INDEX) throw malformedInput(`Index ${token} is illegal`)
  return index
}

function noListText(name: string): string {
  const [segment = ''] = name.split('.', 1)
  if (segment === 'member') return 'Unexpected list element termination'
  if (DIGITS.test(segment)) return 'Top level element may not be treated as a list'
  return 'Start of structure or map found where not expected.'
}

/** What was sent cannot be read as the type of its member. */
export function malformedInput(message: string): ServiceError {
  return new ServiceError('MalformedInput', message)
}
