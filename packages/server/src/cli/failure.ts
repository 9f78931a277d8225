import { AuditOpenError } from '../audit/audit-open-error.ts'
import { ConfigError } from '../config/config-error.ts'
import { DeclarationError } from '../declaration/declaration-error.ts'
import { ServiceError } from '../errors.ts'
import { CertificateError } from '../http/certificate.ts'
import { ListenError } from '../http/listen-error.ts'
import { IssuerUrlError } from '../issuer/issuer-url.ts'
import { ForeignKeyError } from '../issuer/keys/binding.ts'
import { TargetError } from '../publishing/targets/target.ts'
import { formatDiskError, isDiskError } from '../runtime/format-system-error.ts'
import { MasterKeyError } from '../secrets/master-key.ts'
import { SealError } from '../secrets/sealer.ts'
import { StoreCloseError, StoreFailure, StoreLostError, StoreOpenError } from '../store/failures.ts'
import { StoreError } from '../store/ports.ts'
import { WorkerStartError } from '../workers/start-workers.ts'
import { CliError, type FailureDetails } from './cli-error.ts'
import { EXIT_CODES, type ExitReason } from './exit-codes.ts'
import { UsageError } from './usage-error.ts'

/** The way in which a command line failed. */
export interface Failure {
  readonly reason: ExitReason
  /**
   * What happened and what to do, for a person. For a defect it has the stack, which a report needs.
   */
  readonly message: string
  readonly details: FailureDetails
  /** The command whose help explains the failure; null when the message says it all. */
  readonly helpCommand: string | null
  /** Help to print before the message. */
  readonly help: string | null
}

/**
 * Turns whatever was thrown into the failure that is printed. Errors of the clean-up after it are left
 * out.
 */
export function toFailure(error: unknown): Failure {
  if (error instanceof SuppressedError) return toFailure(error.suppressed)
  const reason = findReason(error)
  return {
    reason,
    message: findMessage(error, reason),
    details: findDetails(error),
    helpCommand: error instanceof UsageError ? error.commandPath : null,
    help: error instanceof UsageError ? error.help : null,
  }
}

/** The failure as it stands on standard error: one line of JSON, or text. */
export function formatFailure(failure: Failure, isJson: boolean): string {
  const { reason, message, details, helpCommand, help } = failure
  if (isJson) {
    const { code: exitCode } = EXIT_CODES[reason]
    return `${JSON.stringify({ error: { reason, exitCode, message, ...details } })}\n`
  }
  if (help !== null) return `${help}\nerror: ${message}\n`
  const hint = helpCommand === null ? '' : `help:  ${helpCommand} --help\n`
  return `error: ${message}\n${hint}`
}

function findReason(error: unknown): ExitReason {
  if (error instanceof CliError) return error.reason
  if (error instanceof ConfigError || error instanceof IssuerUrlError) return 'config'
  if (error instanceof CertificateError) return 'config'
  if (error instanceof MasterKeyError || error instanceof SealError) return 'data'
  if (error instanceof AuditOpenError || error instanceof ForeignKeyError) return 'data'
  if (error instanceof DeclarationError) return 'record'
  if (error instanceof TargetError) return 'data'
  if (error instanceof StoreOpenError || error instanceof StoreFailure) return 'data'
  if (error instanceof StoreLostError || error instanceof StoreCloseError) return 'data'
  if (error instanceof StoreError || error instanceof ServiceError) return 'record'
  if (error instanceof ListenError) return 'listen'
  if (error instanceof WorkerStartError) return findReasonOfCode(error.exitCode)
  return isDiskError(error) ? 'data' : 'failure'
}

function findReasonOfCode(exitCode: number): ExitReason {
  for (const reason of Object.keys(EXIT_CODES) as ExitReason[]) {
    if (EXIT_CODES[reason].code === exitCode && reason !== 'success') return reason
  }
  return 'failure'
}

function findMessage(error: unknown, reason: ExitReason): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof WorkerStartError)
    return 'A worker process could not start; it says why above.'
  if (isDiskError(error)) return `The disk cannot be used: ${formatDiskError(error)}.`
  if (reason !== 'failure') return error.message
  return `Credence failed, and this is a defect: ${error.stack}`
}

function findDetails(error: unknown): FailureDetails {
  if (error instanceof CliError) return error.details
  if (error instanceof ConfigError) return { problems: error.problems }
  if (error instanceof ServiceError) return { code: error.code }
  return {}
}
