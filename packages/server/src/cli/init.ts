import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Command } from 'commander'
import { defaultMasterKeyFile, openData } from '../composition.ts'
import type { Config } from '../config/config.ts'
import { findMasterKeySource } from '../config/serve-config.ts'
import { createMasterKeyFile } from '../secrets/master-key-file.ts'
import { CliError } from './cli-error.ts'
import { CommandContext } from './command-context.ts'
import { withExample } from './help.ts'
import { makePrivateDirectory } from './private-files.ts'
import type { Terminal } from './terminal.ts'

/** `credence init` */
export function addInitCommand(program: Command, terminal: Terminal): void {
  const init = program
    .command('init')
    .description('make the master key and an empty store for `credence serve`')
    .action(async (_options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const { config } = context.loadConfig()
      const { path } = config.store
      if (existsSync(path)) {
        throw new CliError('data', `There is a store at ${path} already; nothing is changed.`)
      }
      makePrivateDirectory(dirname(path))
      const masterKeyFile = findMasterKeyFile(config)
      const isNewKey = masterKeyFile !== null && !existsSync(masterKeyFile)
      if (isNewKey) {
        makePrivateDirectory(dirname(masterKeyFile))
        createMasterKeyFile(masterKeyFile, terminal.random)
      }
      const data = await openData(config, terminal)
      await data.close()
      const keyLine = isNewKey
        ? `The master key is in ${masterKeyFile}. Without it the store cannot be opened: keep a copy, apart from copies of the store.`
        : `It is sealed with the master key from ${masterKeyFile ?? 'the configured place'}, which was there already.`
      context.report({
        json: { store: path, masterKeyFile, masterKeyMade: isNewKey },
        text: `The store is at ${path}.\n${keyLine}\nNext: credence account create 123456789012`,
      })
    })
  withExample(init, 'credence init --config credence.yaml')
}

/** The file of the master key; null when it comes from the environment or a descriptor. */
export function findMasterKeyFile(config: Config): string | null {
  const source = findMasterKeySource(config)
  if (source === null) return defaultMasterKeyFile(config)
  return source.kind === 'file' ? source.path : null
}
