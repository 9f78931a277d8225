import { CliError } from './cli-error.ts'
import type { Terminal } from './terminal.ts'

/** The text of a file, or of standard input for `-`. @throws CliError `usage` */
export async function readInputFile(terminal: Terminal, file: string): Promise<string> {
  if (file === '-') return terminal.readInput()
  try {
    return terminal.readFile(file)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CliError('usage', `${file} cannot be read: ${reason}.`, { cause })
  }
}
