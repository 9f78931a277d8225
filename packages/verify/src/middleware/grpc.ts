import type { Authentication, Guard, Identity } from './guard.ts'
import type { Refusal } from './refusal.ts'

/** The part of gRPC's metadata that is used. */
export interface GrpcMetadata {
  get(key: string): readonly (string | Uint8Array)[]
}

/** Whether a call is let in; otherwise the status to end it with. */
export type GrpcAuthentication<Grant> =
  | { readonly isAuthenticated: true; readonly identity: Identity<Grant> }
  | { readonly isAuthenticated: false; readonly refusal: Refusal; readonly status: GrpcStatus }

/** A status of gRPC, in the form of `@grpc/grpc-js`. It says nothing of the reason. */
export interface GrpcStatus {
  readonly code: number
  readonly details: string
}

/** Codes of gRPC (google.rpc.Code) for the statuses of HTTP. */
const STATUSES: Readonly<Record<Refusal['status'], GrpcStatus>> = {
  400: { code: 3, details: 'invalid authorization' },
  401: { code: 16, details: 'unauthenticated' },
  403: { code: 7, details: 'permission denied' },
  503: { code: 14, details: 'unavailable' },
}

/**
 * Decides on a call by the `authorization` of its metadata.
 *
 * @param request handed to `confirm` of the guard: the call, say, which knows its connection
 */
export async function authenticateMetadata<Grant>(
  guard: Guard<Grant>,
  metadata: GrpcMetadata,
  request: unknown = metadata,
): Promise<GrpcAuthentication<Grant>> {
  const values = metadata
    .get('authorization')
    .map(value => (typeof value === 'string' ? value : ''))
  const result: Authentication<Grant> = await guard.authenticate(values, request)
  if (result.isAuthenticated) return result
  return { ...result, status: STATUSES[result.refusal.status] }
}
