import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Config } from './config.ts'
import { loadConfig } from './load-config.ts'
import { switchNames, writeNames } from './switch-names.ts'

const UNTIL = '2027-01-31T00:00:00Z'

function load(text: string): Config {
  return loadConfig({ file: 'c.yaml', env: {}, flags: [], readFile: () => text }).config
}

function switched(text: string, names: { readonly from: string; readonly to: string }): string {
  return writeNames(text, switchNames(load(text).issuer, { ...names, until: UNTIL }))
}

const PLAIN = `# Of the platform team.
listen:
  port: 443 # behind the balancer

issuer:
  # Public.
  baseUrl: "https://old.example"
  aliases:
    - baseUrl: https://new.example
    # Of the branch office.
    - baseUrl: https://branch.example # stays
      until: 2026-12-24T00:00:00Z

# The rest.
sts: { regions: [eu-central-1] }
`

describe('a switch', () => {
  it('makes one name the main one and the other an alias that ends, and leaves all else', () => {
    const there = switched(PLAIN, { from: 'https://old.example', to: 'https://new.example' })
    expect(there).toBe(`# Of the platform team.
listen:
  port: 443 # behind the balancer

issuer:
  # Public.
  baseUrl: "https://new.example"
  aliases:
    # Of the branch office.
    - baseUrl: https://branch.example # stays
      until: 2026-12-24T00:00:00Z
    - baseUrl: https://old.example
      until: ${UNTIL}

# The rest.
sts: { regions: [ eu-central-1 ] }
`)
    const back = switched(there, { from: 'https://new.example', to: 'https://old.example' })
    expect(load(back).issuer).toMatchObject({
      baseUrl: 'https://old.example',
      aliases: [
        { baseUrl: 'https://branch.example', until: '2026-12-24T00:00:00Z' },
        { baseUrl: 'https://new.example', until: UNTIL },
      ],
    })
  })

  it('leads to a host pattern and back', () => {
    const text = `issuer:
    baseUrl: https://old.example
    aliases:
        - hostPattern: https://{id}.new.example
`
    const there = switched(text, { from: 'https://old.example', to: 'https://{id}.new.example' })
    expect(there).toBe(`issuer:
    aliases:
        - baseUrl: https://old.example
          until: ${UNTIL}
    hostPattern: https://{id}.new.example
`)
    const back = switched(there, { from: 'https://{id}.new.example', to: 'https://old.example' })
    expect(load(back).issuer.baseUrl).toBe('https://old.example')
  })

  it('takes the place of issuer.signAs: who signs ends, and the main name stays', () => {
    const text = `issuer:
  baseUrl: https://a.example
  aliases:
  - baseUrl: https://b.example
  - baseUrl: https://c.example
  signAs: https://b.example
`
    const third = switched(text, { from: 'https://b.example', to: 'https://c.example' })
    expect(third).toContain('\n  - baseUrl: https://b.example\n    until')
    const toThird = load(third)
    expect(toThird.issuer).toMatchObject({
      baseUrl: 'https://c.example',
      aliases: [
        { baseUrl: 'https://b.example', until: UNTIL },
        { baseUrl: 'https://a.example', until: null },
      ],
      signAs: null,
    })
    const toMain = load(switched(text, { from: 'https://b.example', to: 'https://a.example' }))
    expect(toMain.issuer).toMatchObject({
      baseUrl: 'https://a.example',
      aliases: [
        { baseUrl: 'https://b.example', until: UNTIL },
        { baseUrl: 'https://c.example', until: null },
      ],
      signAs: null,
    })
  })

  it('writes into sections in the form of JSON', () => {
    const text =
      '{ issuer: { baseUrl: "https://a.example", aliases: [{ baseUrl: "https://b.example" }] } }\n'
    const there = load(switched(text, { from: 'https://a.example', to: 'https://b.example' }))
    expect(there.issuer).toMatchObject({
      baseUrl: 'https://b.example',
      aliases: [{ baseUrl: 'https://a.example', until: UNTIL }],
    })
  })
})

it('property: keeps every name but for its place, and every comment', () => {
  const label = fc.constantFrom('a', 'b', 'c', 'd', 'e')
  const name = fc.oneof(
    label.map(text => `baseUrl: https://${text}.example`),
    label.map(text => `hostPattern: https://{id}.${text}.example`),
  )
  const names = fc.uniqueArray(name, { minLength: 2, maxLength: 9 })
  const comments = fc.array(fc.constantFrom('', '# x', '  # y'), { minLength: 9, maxLength: 9 })
  fc.assert(
    fc.property(names, fc.nat(), comments, ([main = '', ...aliases], choice, comments) => {
      const items = aliases.map((alias, index) => `    - ${alias}\n${comments[index]}\n`)
      const text = `# z\nissuer:\n  ${main}\n  aliases:\n${items.join('')}log:\n  level: warn\n`
      const toText = (entry: string) => entry.replace(/^\w+: /, '')
      const to = toText(aliases[choice % aliases.length] ?? '')
      const after = switched(text, { from: toText(main), to })
      const list = (config: Config) =>
        [config.issuer, ...config.issuer.aliases].map(each => each.baseUrl ?? each.hostPattern)
      expect(list(load(after)).toSorted()).toEqual(list(load(text)).toSorted())
      expect(list(load(after))[0]).toBe(to)
      expect({ ...load(after), issuer: null }).toEqual({ ...load(text), issuer: null })
      expect(after.startsWith('# z\n')).toBe(true)
    }),
    { numRuns: 200 },
  )
})
