import type { AuditFields } from '../audit/event.ts'
import type { TrustingRole } from '../directory/trusting-role.ts'
import type { ServiceError } from '../errors.ts'
import type { ContextValue } from '../policy/decision.ts'
import type { Caller } from '../principals/caller.ts'
import type { IdentityContext } from '../principals/identity-context.ts'
import type { InputRules } from '../shapes/input-rules.ts'
import type { Infer, StructureShape } from '../shapes/shape.ts'
import type { Api, ApiName } from './apis.ts'
import type { Services } from './services.ts'
import { findUnbuiltInputMembers } from './unbuilt/input-members.ts'

/**
 * Operations whose calls are counted together when rates are limited. AWS counts the signed operations
 * of STS together (aws-wire §8), and IAM apart from them.
 */
export type RateClass = ApiName | `${ApiName}-${'read' | 'write'}`

/**
 * What an operation does when it succeeds. `reads`: tells what is there. `grants`: gives its caller
 * credentials or a token, and changes nothing. `changes`: writes to the store.
 */
export type Effect = 'reads' | 'grants' | 'changes'

/** The request around the input: who calls, from where, when. */
export interface Call {
  readonly caller: Caller
  readonly requestId: string
  /** One instant for the whole request. */
  readonly nowMs: number
  /** The region that the call counts as: that of the installation, or what the caller has signed for. */
  readonly region: string
  readonly sourceIp: string
  readonly userAgent: string
  readonly secureTransport: boolean
  /** The `Host` header named a host configured as STS's global endpoint. */
  readonly isGlobalEndpoint: boolean
  readonly services: Services
}

/** The request around the input while it is not known yet who calls. */
export type UnsignedCall = Omit<Call, 'caller'>

/** Condition keys with their values. */
export type ContextPairs = readonly (readonly [key: string, value: ContextValue])[]

/** One thing that a policy must allow before the operation runs. */
export interface Permission {
  /** `sts:GetWebIdentityToken` */
  readonly action: string
  /** An ARN, or `*`. */
  readonly resource: string
  /** Condition keys of this action; those of every request are added by the pipeline. */
  readonly context: ContextPairs
  /**
   * The role that is to be assumed: its trust policy decides too. Null when there is no such role,
   * which is refused like one that trusts nobody. Absent for everything else.
   */
  readonly trustingRole?: TrustingRole | null
  /** What the request's context assertion says of whom the session shall act for; absent without one. */
  readonly assertedIdentity?: AssertedIdentity
}

/** A context assertion that was looked at: what it has proven, or why it is refused. */
export type AssertedIdentity = { readonly providerArn: string } & (
  | { readonly context: IdentityContext; readonly refusal: null }
  | { readonly context: null; readonly refusal: ServiceError }
)

/** What an operation gives back: the output, and what the audit keeps of it. */
export interface Outcome<Output> {
  readonly output: Output
  /** CloudTrail's `responseElements`; null for a call that only reads. */
  readonly responseElements: AuditFields | null
  readonly additionalEventData: AuditFields | null
}

/**
 * An operation is data plus one function. Every field is required: "no permission needed" and "no
 * check beyond the shape" are written out, so no operation can forget a step. The pipeline runs the
 * fields in the order in which they stand here (aws-wire §1.4).
 */
export interface Operation<
  Input extends StructureShape = StructureShape,
  Output extends StructureShape | null = StructureShape | null,
> {
  readonly api: Api
  /** The value of `Action`. */
  readonly name: string
  readonly input: Input
  /** How its parameters are read, beside their shape. */
  readonly inputRules: InputRules
  /** Null when the answer carries nothing but the request id. */
  readonly output: Output
  /** How the caller is known: by the signature, or, of a request without one, by what its input proves. */
  readonly authentication:
    | 'signature'
    | ((input: Infer<Input>, call: UnsignedCall) => Promise<Caller>)
  /** What CloudTrail says, for the audit alone. AWS calls `GenerateCredentialReport` read-only. */
  readonly readOnly: boolean
  /**
   * What a call does. It decides what must be on record and when, and whether the call waits for
   * its turn.
   */
  readonly effect: Effect
  /** Which of the caller's allowances a call uses up. */
  readonly rateClass: RateClass
  /** What the audit keeps of the input. */
  readonly requestParameters: (input: Infer<Input>) => AuditFields | null
  /** Rules on the input that no constraint expresses; null when there are none. @throws ServiceError */
  readonly checkInput: ((input: Infer<Input>) => void) | null
  /** Callers and endpoints that may not use it at all; null when there are none. @throws ServiceError */
  readonly checkCaller: ((call: Call) => void) | null
  /**
   * What policies must allow, in the order in which it is decided; `'none'` says explicitly that there
   * are none. A promise where the resource must be looked up first, for its ARN or its tags.
   */
  readonly permissions:
    | ((input: Infer<Input>, call: Call) => readonly Permission[] | Promise<readonly Permission[]>)
    | 'none'
  /**
   * The operation itself. Runs only when everything above has passed; `permitted` are the permissions
   * that the policies have allowed. @throws ServiceError
   */
  readonly run: (
    input: Infer<Input>,
    call: Call,
    permitted: readonly Permission[],
  ) => Promise<Outcome<OutputValue<Output>>>
}

/** The value that an operation gives back; null for an answer with nothing but the request id. */
export type OutputValue<Output extends StructureShape | null> = Output extends StructureShape
  ? Infer<Output>
  : null

/**
 * Declares an operation with its own types and forgets them for the registry: the pipeline only
 * ever passes an operation the input that its own `input` shape has read.
 */
export function defineOperation<I extends StructureShape, O extends StructureShape | null>(
  declaration: Omit<Operation<I, O>, 'inputRules'>,
): Operation {
  const { api, name, input } = declaration
  const unbuilt = findUnbuiltInputMembers(`${api.name}:${name}`)
  const wanted = new Set([...input.fields.map(({ wireName }) => wireName), ...unbuilt.keys()])
  const inputRules: InputRules = { wanted, unbuilt, quotesValues: api.quotesValues }
  return { ...declaration, inputRules } as unknown as Operation
}
