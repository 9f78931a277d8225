import { readFileSync } from 'node:fs'
import {
  type EvaluationResult,
  IAMServiceException,
  SimulateCustomPolicyCommand,
  type SimulateCustomPolicyCommandInput,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

/** Where we answer otherwise than IAM was seen to, and why. */
const DISAGREEMENTS: ReadonlyMap<string, string> = new Map([
  ['ip.json: simulation 15', 'the policy of a resource is refused: there are none here'],
  ['ip.json: simulation 16', 'the policy of a resource is refused: there are none here'],
  [
    'values.json: simulation 3',
    'the simulator of AWS contradicts its own decisions, which values.json has too',
  ],
  ...[
    'resource_wildcard_colon_and_slash',
    'resource_trailing_wildcard_colon',
    'custom_two_resources_allowed',
    'custom_two_resources_mixed',
    'custom_duplicate_resources',
    'simulate_custom_policy.json',
  ].map(
    name =>
      [
        `simulation.json: ${name}`,
        'several resources together have no name: it would be a template of their service',
      ] as const,
  ),
])

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
  it.each(ALL.filter(([name]) => !DISAGREEMENTS.has(name)))('%s', async (_, observation) => {
    await isAlike(observation)
  })

  it.each(
    ALL.flatMap(([name, observation]) => {
      const reason = DISAGREEMENTS.get(name)
      return reason === undefined ? [] : [[name, reason, observation] as const]
    }),
  )('%s does not agree: %s', async (_name, _reason, observation) => {
    await expect(isAlike(observation)).rejects.toThrow(/expected/)
  })
})
