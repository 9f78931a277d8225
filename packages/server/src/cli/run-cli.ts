import { CommanderError } from 'commander'
import { ConfigError } from '../config/config-error.ts'
import { ServiceError } from '../errors.ts'
import { CertificateError } from '../http/certificate.ts'
import { IssuerUrlError } from '../issuer/issuer-url.ts'
import { MasterKeyError } from '../secrets/master-key.ts'
import { SealError } from '../secrets/sealer.ts'
import { StoreOpenError } from '../store/failures.ts'
import { StoreError } from '../store/ports.ts'
import { CliError, EXIT_CODES, type ExitReason } from './exit-codes.ts'
import { createProgram } from './program.ts'
import type { Terminal } from './terminal.ts'

/**
 * Runs one command line, without the names of the interpreter and the program. Never rejects.
 * Returns the exit code; every failure has been told on standard error by then.
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await createProgram(terminal).parseAsync([...args], { from: 'user' })
    return EXIT_CODES.success.code
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed help, the version, or what is wrong with the command line.
      return error.exitCode === 0 ? EXIT_CODES.success.code : EXIT_CODES.usage.code
    }
    terminal.printError(`${describe(error)}\n`)
    return EXIT_CODES[findReason(error)].code
  }
}

function findReason(error: unknown): ExitReason {
  if (error instanceof CliError) return error.reason
  if (error instanceof ConfigError || error instanceof IssuerUrlError) return 'config'
  if (error instanceof CertificateError) return 'config'
  if (error instanceof MasterKeyError || error instanceof SealError) return 'data'
  if (error instanceof StoreOpenError) return 'data'
  if (error instanceof StoreError || error instanceof ServiceError) return 'record'
  return 'failure'
}

/** One sentence for what was foreseen; for a defect the stack, which whoever reports it will need. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return findReason(error) === 'failure' ? `credence failed: ${error.stack}` : error.message
}
