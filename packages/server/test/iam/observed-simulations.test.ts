import { readFileSync } from 'node:fs'
import {
  type EvaluationResult,
  IAMServiceException,
  SimulateCustomPolicyCommand,
  type SimulateCustomPolicyCommandInput,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AgreementTally, SIMULATION_DISAGREEMENTS } from '../support/observations.ts'
import { type IamWorld, startIamWorld } from '../support/worlds/iam.ts'

/** A call of `SimulateCustomPolicy` and what IAM answered. */
interface Observation {
  readonly name?: string
  readonly case?: string
  readonly input: SimulateCustomPolicyCommandInput
  /** Absent beside an output that came with success. */
  readonly code?: string
  readonly message?: string
  readonly output?: { readonly EvaluationResults: readonly EvaluationResult[] }
}

interface ObservationFile {
  readonly cases?: readonly Observation[]
  readonly simulation?: readonly Observation[]
}

let world: IamWorld
beforeAll(async () => {
  world = await startIamWorld()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

function load(file: string): readonly (readonly [name: string, observation: Observation])[] {
  const folder = new URL('../../src/policy/testdata/observations/', import.meta.url)
  const content: ObservationFile = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
  return [...(content.cases ?? []), ...(content.simulation ?? [])].map((observation, index) => [
    `${file}: ${observation.name ?? observation.case ?? `simulation ${index + 1}`}`,
    observation,
  ])
}

const DISAGREEMENTS: ReadonlyMap<string, string> = new Map(
  SIMULATION_DISAGREEMENTS.map(({ file, about, reason }) => [`${file}: ${about}`, reason] as const),
)

const tally = new AgreementTally()
afterAll(() => tally.print())

/** Which file an observation is from. */
function fileOf(name: string): string {
  return `${name.slice(0, name.indexOf(': '))}, simulations`
}

const FILES = [
  'ip.json',
  'strings.json',
  'values.json',
  'simulation.json',
  'simulation-defaults.json',
  'simulation-inputs.json',
]
const ALL = FILES.flatMap(load)

async function isAlike({ input, code = 'Success', message, output }: Observation) {
  try {
    const { EvaluationResults = [] } = await world.iam.send(new SimulateCustomPolicyCommand(input))
    expect(code).toBe('Success')
    expect(EvaluationResults.map(withoutEmpty)).toEqual(output?.EvaluationResults.map(withoutEmpty))
  } catch (error) {
    if (!(error instanceof IAMServiceException)) throw error
    expect([error.name.replace(/Exception$/, ''), error.message]).toEqual([code, message])
  }
}

/** Some of what was written down leaves out members that are empty. */
function withoutEmpty({ EvalDecisionDetails: _details, ...result }: EvaluationResult) {
  const resources = result.ResourceSpecificResults?.map(each => ({
    ...each,
    MatchedStatements: each.MatchedStatements ?? [],
    MissingContextValues: each.MissingContextValues ?? [],
  }))
  return { ...result, ResourceSpecificResults: resources }
}

describe(`SimulateCustomPolicy answers ${ALL.length - DISAGREEMENTS.size} of ${ALL.length} as IAM was seen to`, () => {
  it.each(ALL.filter(([name]) => !DISAGREEMENTS.has(name)))('%s', async (name, observation) => {
    await isAlike(observation)
    tally.add(fileOf(name), true)
  })

  it.each(
    ALL.flatMap(([name, observation]) => {
      const reason = DISAGREEMENTS.get(name)
      return reason === undefined ? [] : [[name, reason, observation] as const]
    }),
  )('%s does not agree: %s', async (name, _reason, observation) => {
    await expect(isAlike(observation)).rejects.toThrow(/expected/)
    tally.add(fileOf(name), false)
  })
})
