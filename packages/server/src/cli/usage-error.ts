import type { Command, CommanderError } from 'commander'
import { ServiceError } from '../errors.ts'
import { CliError } from './cli-error.ts'

/** The error for a command line that the parser refuses. */
export class UsageError extends CliError {
  /** The command whose help explains the right way, such as `credence user create`. */
  readonly commandPath: string
  /** Its help, when the only fault is that the command is incomplete. */
  readonly help: string | null

  constructor(message: string, command: Command, options: { help: string | null; cause: unknown }) {
    super('usage', message, { cause: options.cause })
    this.commandPath = formatCommandPath(command)
    this.help = options.help
  }
}

/** The name of a command with those of its parents: `credence user create`. */
export function formatCommandPath(command: Command): string {
  const { parent } = command
  return parent === null ? command.name() : `${formatCommandPath(parent)} ${command.name()}`
}

/** Says in one sentence what the parser has refused. `written`: what it would have printed. */
export function createUsageError(
  error: CommanderError,
  command: Command,
  written: string,
): UsageError {
  if (error.code === 'commander.help') {
    const names = command.commands.map(each => each.name()).join(', ')
    const message = `${formatCommandPath(command)} needs one of its commands: ${names}.`
    return new UsageError(message, command, { help: written, cause: error })
  }
  const text = error.message.replace(/^error: /, '').replace(/\s*\((Did you mean .*)\)$/, '. $1')
  const sentence = withFullStop(`${text.charAt(0).toUpperCase()}${text.slice(1)}`)
  return new UsageError(sentence, command, { help: null, cause: error })
}

/** Runs one of our own rules on what was typed. When the rule refuses it, the command line is wrong. */
export function mapUsageError<Value>(rule: () => Value): Value {
  try {
    return rule()
  } catch (cause) {
    if (!(cause instanceof ServiceError)) throw cause
    throw new CliError('usage', withFullStop(cause.message), { cause })
  }
}

/** Makes the parser of an argument or an option from one of our own rules. */
export function parsedBy<Value>(parse: (text: string) => Value): (text: string) => Value {
  return text => mapUsageError(() => parse(text))
}

function withFullStop(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`
}
