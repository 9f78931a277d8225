import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import { addRootKey } from '../support/accounts.ts'
import { type CallResponse, call, type Parameters } from '../support/calls.ts'
import { AgreementTally } from '../support/observations.ts'
import { createCaller, type IamWorld, startIamWorld } from '../support/worlds/iam.ts'
import { findText, readXml, type XmlElement } from '../support/xml.ts'

/** A call, and what AWS answered. */
interface Observation {
  readonly case: string
  readonly query: Parameters
  readonly code: string
  readonly http_status: number
  /** Absent where it was not kept. */
  readonly message?: string
}

interface TagObservation extends Observation {
  readonly actor: 'root' | 'conditional'
  readonly tags: readonly { readonly Key: string; readonly Value: string }[]
}

interface PageObservation extends Observation {
  readonly operation: string
  readonly count?: number
  readonly is_truncated?: boolean
  readonly marker_source?: string
}

interface NumberObservation {
  readonly value: string
  readonly code: string
  readonly http_status: number
}

const tally = new AgreementTally()
afterAll(() => tally.print())

let world: IamWorld
let actors: Readonly<Record<TagObservation['actor'], SigningCredentials>>

beforeAll(async () => {
  world = await startIamWorld()
  const { server, account } = world
  actors = {
    root: await addRootKey(server, account),
    conditional: await createCaller(world, 'conditional', [
      {
        Effect: 'Allow',
        Action: 'iam:TagUser',
        Resource: '*',
        Condition: {
          StringEquals: { 'aws:RequestTag/team': 'approved' },
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
        },
      },
    ]),
  }
  for (const name of ['user-a', 'user-b', 'user-c']) {
    await expectGranted({ Action: 'CreateUser', UserName: name, Path: '/observed/' })
  }
  const tags = Object.fromEntries(
    [1, 2, 3].flatMap(index => [
      [`Tags.member.${index}.Key`, `key-${index}`],
      [`Tags.member.${index}.Value`, 'value'],
    ]),
  )
  await expectGranted({ Action: 'TagUser', UserName: 'user-a', ...tags })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

function load<T>(file: string): readonly T[] {
  const folder = new URL('../../src/policy/testdata/observations/', import.meta.url)
  const content: { readonly observations: readonly T[] } = JSON.parse(
    readFileSync(new URL(file, folder), 'utf8'),
  )
  return content.observations
}

async function callIam(caller: SigningCredentials, parameters: Parameters): Promise<CallResponse> {
  return call(world.server, caller, { service: 'iam', parameters })
}

async function expectGranted(parameters: Parameters): Promise<XmlElement> {
  const { status, body } = await callIam(world.admin, parameters)
  if (status !== 200) throw new Error(body)
  return readXml(body)
}

/** Status, code and text as the observations have them. */
function readOutcome({ status, body }: CallResponse) {
  const document = readXml(body)
  const code = status === 200 ? 'Success' : findText(document, 'Error', 'Code')
  return { http_status: status, code, message: findText(document, 'Error', 'Message') }
}

function expectAlike(
  answer: CallResponse,
  { http_status, code, message }: Omit<Observation, 'case' | 'query'>,
) {
  const outcome = { http_status, code, ...(message !== undefined && { message }) }
  expect(readOutcome(answer)).toMatchObject(outcome)
}

const TAGS = load<TagObservation>('tag-inputs.json').map(
  observation => [`${observation.case} of ${observation.actor}`, observation] as const,
)
const PAGES = load<PageObservation>('pagination-inputs.json').map(
  observation => [observation.case, observation] as const,
)
const NUMBERS = load<NumberObservation>('number-inputs.json').map(
  observation => [JSON.stringify(observation.value), observation] as const,
)

describe(`TagUser answers all ${TAGS.length} as IAM was seen to`, () => {
  it.each(TAGS)('%s', async (name, { actor, query, tags, ...outcome }) => {
    const userName = `user-${TAGS.findIndex(([each]) => each === name)}`
    await expectGranted({ Action: 'CreateUser', UserName: userName })
    const answer = await callIam(actors[actor], { Action: 'TagUser', UserName: userName, ...query })
    expectAlike(answer, outcome)
    const listed = await expectGranted({ Action: 'ListUserTags', UserName: userName })
    expect(textsOf(listed, 'Key')).toEqual(tags.map(({ Key }) => Key))
    expect(textsOf(listed, 'Value')).toEqual(tags.map(({ Value }) => Value))
    tally.add('tag-inputs.json', true)
  })
})

describe(`lists in pages answer all ${PAGES.length} as IAM was seen to`, () => {
  it.each(PAGES)('%s', async (_, { operation, query, ...observation }) => {
    const { count, is_truncated, marker_source: source, ...outcome } = observation
    const answer = await callIam(world.admin, {
      Action: operation,
      ...(await fillIn(query, source)),
    })
    expectAlike(answer, outcome)
    if (count !== undefined) expectPage(answer, operation, count, is_truncated)
    tally.add('pagination-inputs.json', true)
  })
})

describe(`all ${NUMBERS.length} numbers are read as STS was seen to`, () => {
  it.each(NUMBERS)('%s', async (_, { value, ...outcome }) => {
    const parameters = { Action: 'GetSessionToken', DurationSeconds: value }
    expectAlike(await call(world.server, world.admin, { parameters }), outcome)
    tally.add('number-inputs.json', true)
  })
})

function expectPage(
  { body }: CallResponse,
  operation: string,
  count: number,
  isTruncated: boolean | undefined,
): void {
  const document = readXml(body)
  expect(textsOf(document, operation === 'ListUsers' ? 'UserName' : 'Key')).toHaveLength(count)
  expect(textsOf(document, 'IsTruncated')).toEqual([String(isTruncated)])
}

/** The query with what stands for a name of the observed account or an earlier answer. */
async function fillIn(query: Parameters, source: string | undefined): Promise<Parameters> {
  const first = PAGES.find(([name]) => name === source)?.[1]
  const marker = first === undefined ? '' : await readMarker(first)
  const replacements = { '<path>': '/observed/', '<user-a>': 'user-a', '<marker>': marker }
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [
      name,
      Object.entries(replacements).find(([placeholder]) => placeholder === value)?.[1] ?? value,
    ]),
  )
}

async function readMarker({ operation, query }: PageObservation): Promise<string> {
  const page = await expectGranted({ Action: operation, ...(await fillIn(query, undefined)) })
  const [marker] = textsOf(page, 'Marker')
  if (marker === undefined) throw new Error('the first page has no marker')
  return marker
}

function textsOf(element: XmlElement, name: string): readonly string[] {
  const own = element.name === name ? [element.text] : []
  return [...own, ...element.children.flatMap(child => textsOf(child, name))]
}
