import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { createData, requireNewInstallation } from '../../composition.ts'
import { createMasterKeyFile } from '../../secrets/master-key-file.ts'
import { requireNoStoreFile } from '../../store/sqlite/store-file.ts'
import { CommandContext } from '../command-context.ts'
import { findMasterKeyFile } from '../find-master-key-file.ts'
import { withExample } from '../help.ts'
import { runExclusively } from '../run-exclusively.ts'
import type { Terminal } from '../terminal.ts'

/** `credence init` */
export function addInitCommand(program: Command, terminal: Terminal): void {
  const init = program
    .command('init')
    .description('make the master key and an empty store for `credence serve`')
    .action(async (_options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const { config } = context.loadConfig()
      const { path } = config.store
      requireNoStoreFile(path)
      requireNewInstallation(config)
      const masterKeyFile = findMasterKeyFile(config)
      const places = masterKeyFile === null ? [path] : [path, masterKeyFile]
      const { isNewKey, installationId } = await runExclusively(places, async () => {
        // Meanwhile another program may have made it.
        requireNoStoreFile(path)
        const isNewKey = masterKeyFile !== null && !existsSync(masterKeyFile)
        if (isNewKey) createMasterKeyFile(masterKeyFile, terminal.random)
        return { isNewKey, installationId: await createData(config, terminal) }
      })
      const keyLine = isNewKey
        ? `The master key is in ${masterKeyFile}. Without it the store cannot be opened: keep a copy, apart from copies of the store.`
        : `It is sealed with the master key from ${masterKeyFile ?? 'the configured place'}, which was there already.`
      context.report({
        json: { store: path, masterKeyFile, masterKeyMade: isNewKey, installationId },
        text: [
          `The store is at ${path}.`,
          keyLine,
          `Its installation is ${installationId}: with that as store.installationId in the configuration, no other store is taken for it.`,
          'Next: credence account create 123456789012',
        ].join('\n'),
      })
    })
  withExample(init, 'credence init --config credence.yaml')
}
