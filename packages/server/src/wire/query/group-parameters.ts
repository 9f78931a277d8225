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

/** How many items may be missing before the last one. Eleven are one too many (aws-wire-news §6). */
export const MAX_SKIPPED = 10

const MEMBER = 'member.'
const DIGITS = /^\d+$/

/**
 * Groups dotted names by their first segment: `Tags.member.1.Key` is `member.1.Key` below `Tags`. It
 * groups one level only. So the depth of what is read is the depth of the shape, whatever names a
 * request carries.
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
 * Groups what was sent below a list's name by index, in the order of the indices. A gap becomes null.
 * Later items don't move up into it, because a proxy in front may have read the list with its gaps
 * (aws-wire-news §6; how gaps between several items add up is UNVERIFIED). `member.01` is `member.1`.
 * Names without an index make one item, which has nothing that the shape knows. Beside other items they
 * are refused (UNVERIFIED).
 *
 * @throws ServiceError `MalformedInput` for a name that is no `member.N`, and for too many gaps
 */
export function groupItems(below: QueryParameters): readonly (Sent | null)[] {
  const items = new Map<number, Item>()
  const strangers = new Map<string, string>()
  for (const [name, value] of below) {
    const dot = name.indexOf('.', MEMBER.length)
    const end = dot === -1 ? name.length : dot
    const index = parseIndex(name, end)
    if (index === null) {
      strangers.set(name, value)
      continue
    }
    if (dot !== -1) checkBelowItem(name, dot + 1)
    const item = items.get(index) ?? addItem(items, index)
    const below = dot === -1 ? null : name.slice(dot + 1)
    // Two spellings of one index may share an item, but not a value: one of them would be lost.
    if (below === null ? item.value !== undefined : item.below.has(below)) {
      throw malformedInput('Value found where not expected')
    }
    if (below === null) item.value = value
    else item.below.set(below, value)
  }
  if (strangers.size > 0) {
    if (items.size > 0) throw malformedInput('Start of list found where not expected')
    return [{ value: undefined, below: strangers }]
  }
  return padGaps(items)
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

function padGaps(items: ReadonlyMap<number, Item>): readonly (Sent | null)[] {
  const sorted = [...items].sort(([a], [b]) => a - b)
  const [length] = sorted.at(-1) ?? [0]
  const skipped = length - items.size
  if (skipped > MAX_SKIPPED) {
    throw malformedInput(`Excessively sparse input would skip ${skipped} list elements`)
  }
  const padded: (Sent | null)[] = []
  for (const [index, item] of sorted) {
    while (padded.length < index - 1) padded.push(null)
    padded.push(item)
  }
  return padded
}

/** The index of `member.N`; null for a name without one. */
function parseIndex(name: string, end: number): number | null {
  if (!name.startsWith(MEMBER)) throw malformedInput(noListText(name))
  const token = name.slice(MEMBER.length, end)
  if (token === '') throw malformedInput('Start of list found where not expected')
  if (token.startsWith('-')) throw malformedInput(`Key ${token} may not have a leading '-'`)
  if (!DIGITS.test(token)) return null
  const index = Number(token)
  if (index === 0) throw malformedInput('0 is not a valid index')
  if (index > MAX_INDEX) throw malformedInput(`Index ${token} is illegal`)
  return index
}

function checkBelowItem(name: string, start: number): void {
  const [segment = ''] = name.slice(start).split('.', 1)
  if (DIGITS.test(segment)) {
    throw malformedInput('Two index elements may not occur back to back')
  }
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
