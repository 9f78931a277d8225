import type { Session } from '../principals/session.ts'

/** What is true of one API: version and XML namespace (botocore service models). */
interface ApiRow {
  /** What signatures are scoped to, and the last segment of a path that serves this API alone. */
  readonly name: string
  readonly version: string
  readonly xmlNamespace: string
  /** `eventSource` of the audit. */
  readonly eventSource: string
  /** The kinds of sessions whose credentials may call it. */
  readonly sessionKinds: readonly Session['kind'][]
  /** Its violations have the value that breaks a rule (aws-wire-news §5). */
  readonly quotesValues: boolean
  /** Its answers carry `x-amz-sts-extended-request-id` (aws-wire §1.5). */
  readonly hasExtendedRequestId: boolean
}

const row = <Name extends string>(api: ApiRow & { readonly name: Name }) => api

/** AWS Security Token Service, API version 2011-06-15 (aws-wire §1.5). */
export const STS = row({
  name: 'sts',
  version: '2011-06-15',
  xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  eventSource: 'sts.amazonaws.com',
  sessionKinds: ['assumed-role', 'federated-user', 'session-token'],
  quotesValues: true,
  hasExtendedRequestId: true,
})

/** AWS Identity and Access Management, API version 2010-05-08 (aws-wire §1.5). */
export const IAM = row({
  name: 'iam',
  version: '2010-05-08',
  xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  eventSource: 'iam.amazonaws.com',
  // Not the others (AWS STS API Reference: GetFederationToken, GetSessionToken without MFA).
  sessionKinds: ['assumed-role'],
  quotesValues: false,
  hasExtendedRequestId: false,
})

/** The APIs that the endpoint serves; the version of a request chooses between them. */
export const APIS = [STS, IAM] as const

/** One of them. */
export type Api = (typeof APIS)[number]

/** What an API is called. */
export type ApiName = Api['name']

/** The API of that version. Before one is known, STS answers for the endpoint (UNVERIFIED). */
export function findApiOrDefault(version: string | null): Api {
  return findApi(version) ?? STS
}

/** The API of that version; null for any other. */
export function findApi(version: string | null): Api | null {
  return APIS.find(api => api.version === version) ?? null
}

/**
 * The API that a path serves alone: its last segment, with or without a trailing slash, names it.
 * Null for a path that serves all.
 */
export function findApiOfPath(path: string): Api | null {
  const end = path.endsWith('/') ? path.length - 1 : path.length
  const lastSegment = path.slice(path.lastIndexOf('/', end - 1) + 1, end)
  return APIS.find(api => api.name === lastSegment) ?? null
}
