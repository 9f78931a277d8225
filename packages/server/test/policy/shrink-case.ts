import type { RandomCase, RandomPolicy, RandomStatement } from './random-cases.ts'

/** The smallest case that can be made of one by leaving things out, and of which `isWanted` still holds. */
export async function shrinkCase(
  start: RandomCase,
  isWanted: (smaller: RandomCase) => Promise<boolean>,
): Promise<RandomCase> {
  let smallest = start
  for (;;) {
    let found: RandomCase | null = null
    for (const smaller of listSmaller(smallest)) {
      if (!(await isWanted(smaller))) continue
      found = smaller
      break
    }
    if (found === null) return smallest
    smallest = found
  }
}

/** Everything that is one step smaller. */
function* listSmaller(whole: RandomCase): Iterable<RandomCase> {
  if (whole.boundary !== null) yield { ...whole, boundary: null }
  if (whole.serviceControl !== null) yield { ...whole, serviceControl: null }
  for (const identity of listShorter(whole.identity, 0)) yield { ...whole, identity }
  for (const identity of listChanged(whole.identity, listSmallerPolicies))
    yield { ...whole, identity }
  for (const level of listChanged(whole.serviceControl ?? [], listSmallerPolicies)) {
    yield { ...whole, serviceControl: level }
  }
  if (whole.boundary !== null) {
    for (const boundary of listSmallerPolicies(whole.boundary)) yield { ...whole, boundary }
  }
  if (whole.trust !== null) {
    for (const trust of listSmallerPolicies(whole.trust)) yield { ...whole, trust }
  }
  for (const key of Object.keys(whole.context)) {
    const { [key]: _left, ...context } = whole.context
    yield { ...whole, context }
  }
}

function* listSmallerPolicies(policy: RandomPolicy): Iterable<RandomPolicy> {
  for (const Statement of listShorter(policy.Statement, 1)) yield { ...policy, Statement }
  for (const Statement of listChanged(policy.Statement, listSmallerStatements)) {
    yield { ...policy, Statement }
  }
}

function* listSmallerStatements(statement: RandomStatement): Iterable<RandomStatement> {
  const { Condition = {}, ...rest } = statement
  for (const operator of Object.keys(Condition)) {
    const { [operator]: _left, ...others } = Condition
    yield Object.keys(others).length === 0 ? rest : { ...rest, Condition: others }
  }
  for (const [operator, keys] of Object.entries(Condition)) {
    for (const [key, values] of Object.entries(keys)) {
      for (const shorter of listShorter(values, 1)) {
        yield { ...rest, Condition: { ...Condition, [operator]: { ...keys, [key]: shorter } } }
      }
    }
  }
  for (const part of ['Action', 'NotAction', 'Resource', 'NotResource'] as const) {
    for (const shorter of listShorter(statement[part] ?? [], 1))
      yield { ...statement, [part]: shorter }
  }
}

/** The list without one of its items, in every way, as long as `min` are left. */
function* listShorter<Item>(items: readonly Item[], min: number): Iterable<readonly Item[]> {
  if (items.length <= min) return
  for (const index of items.keys()) yield items.toSpliced(index, 1)
}

/** The list with one of its items made smaller, in every way. */
function* listChanged<Item>(
  items: readonly Item[],
  listSmallerItems: (item: Item) => Iterable<Item>,
): Iterable<readonly Item[]> {
  for (const [index, item] of items.entries()) {
    for (const smaller of listSmallerItems(item)) yield items.with(index, smaller)
  }
}
