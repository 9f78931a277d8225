import { expect, test } from 'vitest'
import { DISAGREEMENTS, type Disagreement } from './disagreements.ts'
import { CaseMaker, type RandomCase } from './random-cases.ts'
import { shrinkCase } from './shrink-case.ts'
import { isAllowedHere, isAllowedThere } from './two-evaluators.ts'

const CASES = Number(process.env['POLICY_CASES'] ?? 20_000)
const SEED = Number(process.env['POLICY_SEED'] ?? 20_261_130)

/** The smallest case with which a disagreement goes on. */
function shrinkDisagreement(asked: RandomCase): Promise<RandomCase> {
  const here = isAllowedHere(asked)
  return shrinkCase(
    asked,
    async smaller => isAllowedHere(smaller) === here && (await isAllowedThere(smaller)) === !here,
  )
}

test(`another evaluator agrees, but for known kinds of cases: ${CASES} cases of seed ${SEED}`, async () => {
  const maker = new CaseMaker(SEED)
  const counts = new Map<Disagreement, number>()
  const unknown: string[] = []
  let refused = 0
  for (let index = 0; index < CASES; index += 1) {
    const asked = maker.next()
    const there = await isAllowedThere(asked)
    if (there === null) refused += 1
    if (there === null || there === isAllowedHere(asked)) continue
    const smallest = await shrinkDisagreement(asked)
    const kind = DISAGREEMENTS.find(each => each.isOfKind(smallest))
    if (kind === undefined) unknown.push(JSON.stringify(smallest))
    else counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  const known = [...counts.values()].reduce((sum, count) => sum + count, 0)
  console.log(
    `policy evaluators: ${CASES - known - unknown.length - refused} of ${CASES} agree; known kinds: ${[...counts].map(([{ about }, count]) => `${count} × ${about}`).join('; ')}`,
  )
  expect(unknown).toEqual([])
  expect(refused).toBeLessThan(CASES / 100)
  // A kind that no case is of any more is to be taken out of the table.
  expect(DISAGREEMENTS.filter(kind => !counts.has(kind)).map(({ about }) => about)).toEqual([])
}, 6_000_000)
