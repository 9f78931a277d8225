import { describe, expect, it } from 'vitest'
import { createAesGcmSealer } from './aes-gcm-sealer.ts'
import { bindMasterKey, checkMasterKey } from './check-master-key.ts'
import { loadInstallationId } from './installation.ts'
import { createMasterKey } from './master-key.ts'
import type { SealContext } from './sealer.ts'

// A store outlives the program that made it. What fails here makes stores unreadable: another format
// needs a version of its own, and this one goes on opening.

/** Bytes that count from a number. */
const countFrom = (start: number, count: number) =>
  Uint8Array.from({ length: count }, (_, index) => start + index)

const masterKey = createMasterKey(countFrom(0, 32), 'a test')
const sealer = createAesGcmSealer(masterKey, {
  bytes: count => countFrom(0x40, count),
  uuid: () => crypto.randomUUID(),
})

interface KeptValue {
  readonly recordId: string
  readonly plaintext: string
  /** With a key for each purpose, as they were written before; null when none was. */
  readonly version1: string | null
  readonly version2: string
}

const KEPT: Readonly<Record<SealContext['purpose'], KeptValue>> = {
  'access-key-secret': {
    recordId: 'AKIAIOSFODNN7EXAMPLE',
    plaintext: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    version1:
      'AactGiAjVdGNQEFCQ0RFRkdISUpLvCorbkhlBlBagYf28rd/RvOWELJSDAn6uSK23PhG9O3UnytuaBK+Mgf4PckbByqyum1Lj0gKnOs=',
    version2:
      'AqctGiAjVdGNQEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8xTlPoo/lsMFRo2XcIkotdmWvfoQT/JFWe3C7ikGn+74GN1GuttkXMn0FXidYssPWl72qTEPLTjg==',
  },
  'authorization-message': {
    recordId: '123456789012',
    plaintext: '{"allowed":false}',
    version1: 'AactGiAjVdGNQEFCQ0RFRkdISUpL7bUHfDg1AgWJ+3hiRpqH0IquM9erGfhwD5ksKzaJIW0z',
    version2:
      'AqctGiAjVdGNQEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl+ERF1P0p7z6EqwU8ALgm0XNp6ItciGFdOxW5z97HMPvQo=',
  },
  'installation-id': {
    recordId: 'installation',
    plaintext: '450216a4-5950-4eb1-8c2b-51d3785cdcff',
    version1: null,
    version2:
      'AqctGiAjVdGNQEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8DSclfKIC7hiVBbh/wsgsm0qwA8detNZA7KS8+GEDsSQTr39HyFXSpObgENPdS3iKaQMXT',
  },
  'issuer-private-key': {
    recordId: '123456789012/ES384/1',
    plaintext: 'a PKCS #8 key',
    version1: 'AactGiAjVdGNQEFCQ0RFRkdISUpLitZeO5N6L2R6iALvfGhW8R21AsJ2fQg5KDz/PXU=',
    version2:
      'AqctGiAjVdGNQEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8J877UoGXoOuVSwezFSaCbyCE7SRVsNjyNB15wjw==',
  },
  'master-key-check': {
    recordId: 'master-key-check',
    plaintext: 'credence master key check',
    version1:
      'AactGiAjVdGNQEFCQ0RFRkdISUpLzhV2IzVn3oIsJuDSaGoidEjEfH4ts1eH7dPNZJJ4wWRjvo2KoIucbWc=',
    version2:
      'AqctGiAjVdGNQEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl/MXbpx7xBY7sygM+snNSsA8OILMoxtFqbllWCV/IIZ7MP1HAMe2tyJ8Q==',
  },
}

const PURPOSES = Object.keys(KEPT) as readonly SealContext['purpose'][]

it('the master key has its id', () => {
  expect(masterKey.id).toBe('a72d1a202355d18d')
})

describe.each(PURPOSES)('%s', purpose => {
  const { recordId, plaintext, version1, version2 } = KEPT[purpose]
  const context = { purpose, recordId }

  it.each([
    ['1', version1],
    ['2', version2],
  ])('a kept value of format %s opens', (_, kept) => {
    if (kept === null) return
    const opened = sealer.unseal(context, Buffer.from(kept, 'base64'))
    expect(Buffer.from(opened).toString()).toBe(plaintext)
  })

  it('a new value is that of format 2, to the byte', () => {
    const sealed = sealer.seal(context, Buffer.from(plaintext))
    expect(Buffer.from(sealed).toString('base64')).toBe(version2)
  })
})

describe('the mark of a store', () => {
  const { version1, version2 } = KEPT['master-key-check']

  it.each([
    ['1', version1],
    ['2', version2],
  ])('of format %s is known again', async (_, mark) => {
    await checkMasterKey(
      { findMeta: async name => (name === 'master-key-check' ? mark : null) },
      sealer,
    )
  })

  it('is made as it is kept', async () => {
    const made = new Map<string, string>()
    await bindMasterKey(
      {
        createMeta: async (name, value) => {
          made.set(name, value)
        },
      },
      sealer,
    )
    expect(made).toEqual(new Map([['master-key-check', version2]]))
  })
})

it('the id of an installation is found again', async () => {
  const { plaintext, version2 } = KEPT['installation-id']
  const found = await loadInstallationId(
    {
      findMeta: async name => (name === 'installation' ? version2 : null),
      createMeta: () => Promise.reject(new Error('a second id')),
    },
    sealer,
    { bytes: () => new Uint8Array(), uuid: () => '' },
  )
  expect(found).toBe(plaintext)
})
