import type { ServiceError } from '../errors.ts'
import type { InputRules } from '../shapes/input-rules.ts'
import type { Infer, StructureShape } from '../shapes/shape.ts'

/** The parts of a request that a wire reads. */
export interface WireSource {
  readonly method: string
  /** The query of the target as received, without `?`. */
  readonly rawQuery: string
  readonly body: Uint8Array
}

/** What is read of a call before its operation is known. */
export interface WireCall {
  /** Null when the request names none. */
  readonly action: string | null
  /** The version of the API. Null when the request names none. */
  readonly version: string | null
  /** The typed input of an operation with these parameters. @throws ServiceError */
  readonly readInput: <Shape extends StructureShape>(
    shape: Shape,
    rules: InputRules,
  ) => Infer<Shape>
}

/** What stands around every answer. */
export interface WireEnvelope {
  readonly xmlNamespace: string
  readonly requestId: string
}

/** A way to write calls and their answers. */
export interface Wire {
  /** The `Content-Type` of a request in this wire, in lower case and without parameters. */
  readonly requestType: string
  /**
   * The media types by which a client asks for its answers in `Accept`. The first is the `Content-Type`
   * of the answers.
   */
  readonly responseTypes: readonly [string, ...string[]]
  /** Reads what names the operation. @throws ServiceError when the request is malformed */
  read(source: WireSource): WireCall
  /** The body of an answer. @throws TypeError when the output is not what the shape describes */
  formatOutput(
    envelope: WireEnvelope & { readonly action: string },
    shape: StructureShape | null,
    output: unknown,
  ): string
  /** The body of a refusal. */
  formatError(envelope: WireEnvelope, refusal: Pick<ServiceError, 'code' | 'message'>): string
}
