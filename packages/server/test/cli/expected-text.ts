/** What a placeholder stands for. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  'access-key-id': 'AKIA[A-Z2-7]{16}',
  any: '.*',
  'key-id': '[\\w-]{43}',
  lines: '[^]*',
  'master-key-id': '[0-9a-f]{16}',
  port: '\\d{4,5}',
  secret: '[A-Za-z0-9+/]{40}',
  token: '[\\w-]+\\.[\\w-]+\\.[\\w-]+',
  'unique-id': 'AIDA[A-Z2-7]{17}',
  uuid: '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}',
}

/**
 * Whether a text is as expected. A placeholder `<uuid>` stands for any such value; `<uuid=ISSUER>`
 * also keeps what it stood for as variable ISSUER; `$ISSUER` stands for what was kept.
 */
export function matchExpected(
  expected: string,
  actual: string,
  variables: Map<string, string>,
): boolean {
  const names: string[] = []
  const pattern = expected
    .split(/(<[a-z-]+(?:=[A-Z_]+)?>|\$[A-Z_]+)/)
    .map((part, index) => {
      if (index % 2 === 0) return RegExp.escape(part)
      if (part.startsWith('$')) {
        const name = part.slice(1)
        return names.includes(name) ? `\\k<${name}>` : RegExp.escape(variables.get(name) ?? part)
      }
      const [name = '', variable] = part.slice(1, -1).split('=')
      const value = PLACEHOLDERS[name]
      // The help of a command has such words too.
      if (value === undefined) return RegExp.escape(part)
      if (variable === undefined) return value
      names.push(variable)
      return `(?<${variable}>${value})`
    })
    .join('')
  const found = new RegExp(`^${pattern}$`).exec(actual)
  for (const name of names) {
    const value = found?.groups?.[name]
    if (value !== undefined) variables.set(name, value)
  }
  return found !== null
}
