import type { Command } from 'commander'
import { loadPostgresConnection } from '../../composition/load-postgres-connection.ts'
import { findWarnings } from '../../config/config-warnings.ts'
import { listIssuerAliases } from '../../config/issuer-names.ts'
import { checkServeConfig, findIssuerUrlSetting, findTlsFiles } from '../../config/serve-config.ts'
import { formatOrigin } from '../../config/setting.ts'
import { loadCertificate } from '../../http/certificate.ts'
import { createIssuerNames } from '../../issuer/issuer-names.ts'
import { CommandContext } from '../command-context.ts'
import { withExample } from '../help.ts'
import { formatTable } from '../report.ts'
import type { Terminal } from '../terminal.ts'

/** `credence config …` */
export function addConfigCommands(program: Command, terminal: Terminal): void {
  const config = program.command('config').description('the configuration')
  withExample(config, 'credence config check --config credence.yaml')

  const check = config
    .command('check')
    .description('check that `credence serve` accepts the configuration')
    .action(async (_options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const { config } = context.loadConfig()
      checkServeConfig(config)
      const issuerUrl = findIssuerUrlSetting(config)
      if (issuerUrl !== null) {
        const names = [{ url: issuerUrl, untilMs: null }, ...listIssuerAliases(config)] as const
        createIssuerNames(names, config.issuer.signAs, terminal.clock)
      }
      const { url } = config.store
      if (url !== null) await loadPostgresConnection(url, config, terminal)
      const files = findTlsFiles(config)
      if (files !== null) await loadCertificate(files)
      const warnings = findWarnings(config, terminal.clock.nowMs())
      const lines = warnings.map(({ key, message }) => `For production: ${key} ${message}.`)
      context.report({
        json: { valid: true, advice: warnings },
        text: ['The configuration is valid.', ...lines].join('\n'),
      })
    })
  withExample(check, 'credence config check --config credence.yaml')

  const show = config
    .command('show')
    .description('print every value and where it comes from')
    .action((_options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const settings = context
        .loadConfig()
        .settings.map(({ key, value, origin }) => ({ key, value, from: formatOrigin(origin) }))
      const rows = settings.map(({ key, value, from }) => [key, JSON.stringify(value), from])
      context.report({
        json: settings,
        text: formatTable(['KEY', 'VALUE', 'FROM'], rows, 'No settings.'),
      })
    })
  withExample(show, 'credence config show --set listen.port=8080')
}
