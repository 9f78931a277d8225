import { runCli } from './cli/run-cli.ts'
import { createSystemTerminal } from './cli/system-terminal.ts'

process.exitCode = await runCli(process.argv.slice(2), createSystemTerminal())
