import type { Command } from 'commander'
import { SYSTEM_CLOCK, SYSTEM_RANDOM } from '../composition.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { createProgram } from './program.ts'
import type { Terminal } from './terminal.ts'
import { formatCommandPath } from './usage-error.ts'

/** The help of every command as Markdown, in the order of `credence --help`; for docs/cli.md. */
export async function formatCommandReference(): Promise<string> {
  let written = ''
  const program = await createProgram(createPaper(text => (written += text)))
  return listCommands(program)
    .map(command => {
      // Options that every command has are printed once, in the help of the program.
      command.configureHelp({ ...command.configureHelp(), showGlobalOptions: false })
      written = ''
      command.outputHelp()
      return `### \`${formatCommandPath(command)}\`\n\n\`\`\`text\n${written.trimEnd()}\n\`\`\`\n`
    })
    .join('\n')
}

/** The exit codes as a Markdown table; for docs/cli.md. */
export function formatExitCodeTable(): string {
  const rows = Object.entries(EXIT_CODES).map(
    ([reason, { code, meaning }]) => `| ${code} | \`${reason}\` | ${meaning} |`,
  )
  return ['| Code | Reason | Meaning |', '|---|---|---|', ...rows, ''].join('\n')
}

function listCommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(listCommands)]
}

/** A terminal that can only be written to. Help needs no more. */
function createPaper(print: (text: string) => void): Terminal {
  const refuse = () => {
    throw new Error('help reads nothing')
  }
  return {
    clock: SYSTEM_CLOCK,
    random: SYSTEM_RANDOM,
    env: {},
    isInteractive: false,
    print,
    printError: print,
    readFile: refuse,
    readInput: refuse,
    sleep: refuse,
    onSignal: refuse,
  }
}
