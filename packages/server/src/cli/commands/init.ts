import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { findStoreFile, formatStorePlace } from '../../composition/store-place.ts'
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
      const file = findStoreFile(config)
      if (file !== null) requireNoStoreFile(file)
      requireNewInstallation(config)
      const masterKeyFile = findMasterKeyFile(config)
      let isNewKey = false
      const makeKey = () => {
        isNewKey = masterKeyFile !== null && !existsSync(masterKeyFile)
        if (isNewKey && masterKeyFile !== null) createMasterKeyFile(masterKeyFile, terminal.random)
      }
      const places = [file, masterKeyFile].filter(place => place !== null)
      const installationId = await runExclusively(places, async () => {
        // Meanwhile another program may have made it.
        if (file !== null) requireNoStoreFile(file)
        return await createData(config, terminal, makeKey)
      })
      const place = formatStorePlace(config)
      const keyLine = isNewKey
        ? `The master key is in ${masterKeyFile}. Without it the store cannot be opened: keep a copy, apart from copies of the store.`
        : `It is sealed with the master key from ${masterKeyFile ?? 'the configured place'}, which was there already.`
      context.report({
        json: { store: place, masterKeyFile, masterKeyMade: isNewKey, installationId },
        text: [
          `The store is ${file === null ? 'in the' : 'at'} ${place}.`,
          keyLine,
          `Its installation is ${installationId}: with that as store.installationId in the configuration, no other store is taken for it.`,
          'Next: credence account create 123456789012',
        ].join('\n'),
      })
    })
  withExample(init, 'credence init --config credence.yaml')
}
