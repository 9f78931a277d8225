import { ServiceError } from '../../../errors.ts'
import { type Infer, list, optional, required, string, structure } from '../../../shapes/shape.ts'
import { StoreError } from '../../../store/ports.ts'
import type { Call } from '../../operation.ts'
import { DETAIL_SECTIONS, type DetailLists } from '../authorization-detail-sections.ts'
import {
  groupDetail,
  managedPolicyDetail,
  roleDetail,
  userDetail,
} from '../authorization-details.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { pageInput, pageOutput } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { toPageRequest } from '../page.ts'
import { toRequestParameters } from '../to-request-parameters.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'

const TYPES = DETAIL_SECTIONS.map(({ type }) => type)

const input = structure('GetAccountAuthorizationDetailsRequest', {
  filter: optional(list(string({ values: TYPES }))),
  ...pageInput,
})

type Input = Infer<typeof input>

/** Entities that are read before other requests get a turn. */
const ENTITIES_PER_TURN = 50

/**
 * Shows users, roles, groups and managed policies with all their relations, in this order (AWS IAM
 * API Reference: GetAccountAuthorizationDetails). The sections share the items of a page.
 */
export const getAccountAuthorizationDetails = defineIamOperation({
  name: 'GetAccountAuthorizationDetails',
  input,
  output: structure('GetAccountAuthorizationDetailsResponse', {
    userDetailList: required(list(userDetail)),
    groupDetailList: required(list(groupDetail)),
    roleDetailList: required(list(roleDetail)),
    policies: required(list(managedPolicyDetail)),
    ...pageOutput,
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: () => [{ action: 'iam:GetAccountAuthorizationDetails', resource: '*', context: [] }],
  run,
})

/** Where a page begins: in which of the chosen sections, and after which entity there. */
interface Position {
  readonly section: number
  readonly marker: string | null
}

async function run(request: Input, call: Call) {
  const chosen = [...new Set(request.filter ?? [])]
  const sections = DETAIL_SECTIONS.filter(
    ({ type }) => chosen.length === 0 || chosen.includes(type),
  )
  const choice = sections.map(({ type }) => TYPES.indexOf(type)).join('')
  const { marker, maxItems } = toPageRequest(request)
  const lists: DetailLists = {
    userDetailList: [],
    groupDetailList: [],
    roleDetailList: [],
    policies: [],
  }
  let position: Position = marker === null ? START : parsePosition(marker, choice)
  let remaining = maxItems
  for (;;) {
    const section = sections[position.section]
    if (section === undefined) return answer({ ...lists, isTruncated: false })
    // With nothing left of the page, a single item says that there is another page.
    const page = { marker: position.marker, maxItems: Math.min(remaining, ENTITIES_PER_TURN) || 1 }
    const found = await mapMarkerError(section.find(call, page))
    if (remaining === 0 && found.count > 0) {
      return answer({ ...lists, isTruncated: true, marker: formatPosition(position, choice) })
    }
    await found.addDetails(lists)
    remaining -= found.count
    position =
      found.nextMarker === null
        ? { section: position.section + 1, marker: null }
        : { ...position, marker: found.nextMarker }
    await yieldToEventLoop()
  }
}

const START: Position = { section: 0, marker: null }

function formatPosition({ section, marker }: Position, choice: string): string {
  return `${choice}.${section}.${marker ?? ''}`
}

/** A marker is good for the choice of sections that it was given for. @throws ServiceError `ValidationError` */
function parsePosition(text: string, choice: string): Position {
  const [givenFor, section = '', marker, ...rest] = text.split('.')
  const isOurs = givenFor === choice && marker !== undefined && rest.length === 0
  if (isOurs && /^\d$/.test(section) && Number(section) < choice.length) {
    return { section: Number(section), marker: marker === '' ? null : marker }
  }
  throw createMarkerError()
}

async function mapMarkerError<Found>(finding: Promise<Found>): Promise<Found> {
  try {
    return await finding
  } catch (error) {
    throw error instanceof StoreError && error.reason === 'missing' ? createMarkerError() : error
  }
}

function createMarkerError(): ServiceError {
  return new ServiceError('ValidationError', 'Marker and Filter do not match')
}
