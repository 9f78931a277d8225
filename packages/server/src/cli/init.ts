import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Command } from 'commander'
import { defaultMasterKeyFile, openData } from '../composition.ts'
import { findMasterKeySource } from '../config/serve-config.ts'
import { createMasterKeyFile } from '../secrets/master-key-file.ts'
import { CommandContext } from './command-context.ts'
import { CliError } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

/** `credence init` */
export function addInitCommand(program: Command, terminal: Terminal): void {
  program
    .command('init')
    .description('make the master key and an empty store for `credence serve`')
    .addHelpText('after', '\nExample:\n  credence init --config credence.yaml')
    .action(async (_options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const { config } = context.loadConfig()
      const { path } = config.store
      if (existsSync(path)) {
        throw new CliError('data', `There is a store at ${path} already; nothing is changed.`)
      }
      makePrivateDirectory(dirname(path))
      const source = findMasterKeySource(config)
      const keyFile = source === null ? defaultMasterKeyFile(config) : null
      const madeFile = source?.kind === 'file' ? source.path : keyFile
      if (madeFile !== null && !existsSync(madeFile)) {
        makePrivateDirectory(dirname(madeFile))
        await createMasterKeyFile(madeFile, terminal.random)
      }
      const data = await openData(config, terminal)
      await data.close()
      context.report({
        json: { store: path, masterKeyFile: madeFile },
        text:
          madeFile === null
            ? `The store is at ${path}.`
            : `The store is at ${path}.\nThe master key is in ${madeFile}. Without it the store cannot be opened: keep a copy apart from the store's.`,
      })
    })
}

/** Makes a directory that only its owner may enter; one that exists is left as it is. */
export function makePrivateDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new CliError('data', `The directory ${path} cannot be made: ${String(cause)}`, { cause })
  }
}
