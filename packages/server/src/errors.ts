/** What an error code of the wire means: its HTTP status and whose fault it is. */
export interface ErrorDefinition {
  readonly httpStatus: number
  /** `Sender`: the request is at fault; `Receiver`: the service is. Becomes `<Type>`. */
  readonly fault: 'Sender' | 'Receiver'
  /** Which XML namespace the answer uses: the called API's, or the framework's (aws-wire §1.5). */
  readonly namespace: 'api' | 'framework'
  /** One line for `docs/errors.md`. */
  readonly meaning: string
}

const sender = (httpStatus: number, meaning: string): ErrorDefinition => ({
  httpStatus,
  fault: 'Sender',
  namespace: 'api',
  meaning,
})

/**
 * Every error code that leaves this service. Codes and statuses are AWS's own (aws-wire §1.3, §2,
 * §7.3, §8); `docs/errors.md` is compared with this table, and a test provokes each code over HTTP.
 */
export const ERROR_TABLE = {
  AccessDenied: sender(
    403,
    'No policy allows the call, a policy denies it, or this caller type may not make it.',
  ),
  DeleteConflict: sender(409, 'The entity still has something attached that must go first (IAM).'),
  EntityAlreadyExists: sender(409, 'The name is taken (IAM).'),
  ExpiredToken: sender(403, 'The session token of the credentials has expired.'),
  ExpiredTokenException: sender(400, 'The web identity token has expired.'),
  FeatureDisabled: sender(
    404,
    'Outbound web identity federation is not enabled in the account (IAM).',
  ),
  FeatureEnabled: sender(
    409,
    'Outbound web identity federation is already enabled in the account (IAM).',
  ),
  IDPCommunicationError: sender(
    400,
    'The identity provider of a web identity token cannot be reached; the call may be repeated.',
  ),
  IDPRejectedClaim: sender(
    403,
    'The identity provider has revoked the key that signed the web identity token.',
  ),
  IncompleteSignature: sender(
    400,
    'The signature or one of its parameters is missing or malformed.',
  ),
  InsufficientSessionLifetime: sender(
    400,
    'Scoped credentials would outlast the session that they are made from.',
  ),
  InternalFailure: {
    httpStatus: 500,
    fault: 'Receiver',
    namespace: 'api',
    meaning: 'A defect of the service; the log has the cause under the request id.',
  },
  InvalidAction: {
    httpStatus: 400,
    fault: 'Sender',
    namespace: 'framework',
    meaning: 'The action is unknown for the API version, or not offered on this endpoint.',
  },
  InvalidAuthorizationMessageException: sender(
    400,
    'The message is not one that this installation has sealed for the account.',
  ),
  InvalidClientTokenId: sender(
    403,
    'The access key or the session token is unknown, inactive or malformed.',
  ),
  InvalidContextAssertion: sender(
    400,
    'A context assertion of `AssumeRole` is malformed, expired, or of nobody who may assert it.',
  ),
  InvalidIdentityToken: sender(400, 'The web identity token is not valid for this account.'),
  InvalidInput: sender(400, 'A parameter breaks a rule that no constraint expresses (IAM).'),
  InvalidParameterValue: sender(
    400,
    'A parameter is well-formed but contradicts another or a rule.',
  ),
  LimitExceeded: sender(409, 'The account or entity has as many as it may have (IAM).'),
  InvalidSubjectCredentials: sender(
    400,
    'Scoped credentials are made from temporary credentials only.',
  ),
  JWTPayloadSizeExceededException: sender(400, 'The claims of the token exceed 14,984 bytes.'),
  MalformedInput: sender(400, 'A parameter cannot be read as its type.'),
  MalformedPolicyDocument: sender(
    400,
    'A policy document is not valid; the message says what is wrong, and where.',
  ),
  MalformedQueryString: sender(400, 'The query string or the form body has a broken escape.'),
  MissingAuthenticationToken: sender(403, 'The request carries no signature.'),
  NoSuchEntity: sender(404, 'There is no such user, group, role, policy, key or provider (IAM).'),
  OutboundWebIdentityFederationDisabledException: sender(
    403,
    'Outbound web identity federation is not enabled in the account (STS).',
  ),
  SessionDurationEscalationException: sender(403, "The token would outlive the caller's session."),
  PackedPolicyTooLarge: sender(
    400,
    'Session policies and session tags take more than a session may hold.',
  ),
  PolicyNotAttachable: sender(
    400,
    'The policy is for roles that are linked to a service of AWS (IAM).',
  ),
  ReportExpired: sender(
    410,
    'The last credential report is older than four hours; a new one must be generated (IAM).',
  ),
  ReportNotPresent: sender(410, 'No credential report was generated yet (IAM).'),
  ServiceUnavailable: {
    httpStatus: 503,
    fault: 'Receiver',
    namespace: 'api',
    meaning:
      'The call cannot go on record, or the store fails: the result is withheld, or the change not made. Or verifiers cannot see a key of the account yet.',
  },
  SignatureDoesNotMatch: sender(
    403,
    'The signature is wrong, out of its time window, or out of scope.',
  ),
  Throttling: sender(
    400,
    'Too many calls: of the account, the principal, this server, or waiting for an OIDC provider.',
  ),
  UnmodifiableEntity: sender(
    400,
    'The role is linked to a service of AWS, and nobody else changes it (IAM).',
  ),
  ValidationError: sender(400, 'One or more parameters violate their constraints.'),
} as const satisfies Readonly<Record<string, ErrorDefinition>>

/** A code of {@link ERROR_TABLE}, as it stands in `<Code>`. */
export type ErrorCode = keyof typeof ERROR_TABLE

/**
 * The one error that an operation or a stage throws on purpose. `message` leaves the service as
 * `<Message>`; `cause` goes to the log with the request id and never leaves.
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}

/**
 * Something that the service needs is unavailable now, such as the store. Clients get
 * `ServiceUnavailable` and may try again. The message is for the log and the operator; clients never
 * see it.
 */
export class UnavailableError extends Error {
  override readonly name: string = 'UnavailableError'
}

/**
 * An answer that AWS gives without a body in the wire's format: a redirect for a request without an
 * action, a bare 413 for a body over the limit (aws-wire §1.5, §7.3 rows 1–3).
 */
export class BareRefusal extends Error {
  override readonly name = 'BareRefusal'
  readonly httpStatus: number
  readonly headers: Readonly<Record<string, string>>

  constructor(httpStatus: number, headers: Readonly<Record<string, string>> = {}) {
    super(`refused with HTTP ${httpStatus} and no body`)
    this.httpStatus = httpStatus
    this.headers = headers
  }
}

/** Where AWS sends a request that names no action (aws-wire §1.5). */
const DOCUMENTATION_URL = 'https://aws.amazon.com/iam'

/** The answer to a request that can't be read as a call of an API: a redirect without a body. */
export function redirectToDocumentation(rawQuery: string): BareRefusal {
  const location = rawQuery === '' ? DOCUMENTATION_URL : `${DOCUMENTATION_URL}?${rawQuery}`
  return new BareRefusal(302, { location })
}
