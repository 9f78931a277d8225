import { CONFIG_SECTIONS, type ConfigKey } from './config-keys.ts'
import type { ConfigValue } from './key-types.ts'

/** Every key with its variable, default, values and meaning: a Markdown table for each section. */
export function formatConfigurationTable(): string {
  return CONFIG_SECTIONS.map(
    ({ name, description, keys }) => `### \`${name}\`

${description}

| Key | Environment variable | Default | Value | Meaning |
|---|---|---|---|---|
${keys.map(formatRow).join('\n')}
`,
  ).join('\n')
}

function formatRow({ path, environmentName, defaultValue, form, description }: ConfigKey): string {
  const cells = [
    `\`${path}\``,
    `\`${environmentName}\``,
    formatDefault(defaultValue),
    form,
    description,
  ]
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function formatDefault(value: ConfigValue): string {
  if (value === null) return 'none'
  return typeof value === 'object' ? value.map(item => `\`${item}\``).join(', ') : `\`${value}\``
}
