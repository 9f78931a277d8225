import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NewObject, Target } from '../targets/target.ts'

/** A target with what stands behind it, for one run of the suite. */
export interface TargetWorld {
  /** A target that is empty at first. */
  readonly target: Target
  /** Another object for the same place, as another process has one. */
  readonly other: Target
  close(): Promise<void>
}

const BYTES = new TextEncoder()

/** An object with this text. */
export function createObject(text: string): NewObject {
  return {
    bytes: BYTES.encode(text),
    contentType: 'application/json',
    cacheControl: 'public, max-age=300, must-revalidate',
  }
}

/**
 * What every kind of target must do. Each kind runs it against the real thing, or the nearest to it that
 * a test can have.
 */
export function describeTarget(kind: string, open: () => Promise<TargetWorld>): void {
  describe(`a target of kind ${kind}`, () => {
    let world: TargetWorld

    beforeAll(async () => {
      world = await open()
    })
    afterAll(() => world.close())

    const text = async (path: string): Promise<string | null> => {
      const found = await world.other.read(path)
      return found === null ? null : Buffer.from(found.bytes).toString()
    }
    const tagOf = async (path: string): Promise<string> => {
      const found = await world.target.read(path)
      if (found === null) throw new Error(`there is no ${path}`)
      return found.tag
    }

    it('knows its kind', () => {
      expect(world.target.kind).toBe(kind)
    })

    it('knows that an object is absent', async () => {
      expect(await world.target.read('none/.well-known/jwks.json')).toBeNull()
    })

    it('writes where nothing is, whole, and gives it back', async () => {
      const object = createObject(JSON.stringify({ keys: 'é'.repeat(40_000) }))
      const path = 'first/.well-known/jwks.json'
      expect(await world.target.write(path, object, { kind: 'absent' })).toBe('written')
      const found = await world.other.read(path)
      expect(Buffer.from(found?.bytes ?? [])).toEqual(Buffer.from(object.bytes))
      for (const name of ['contentType', 'cacheControl'] as const) {
        // A kind that does not keep it says so.
        expect([object[name], null]).toContain(found?.[name])
      }
    })

    it('writes nothing where something is, when nothing should be', async () => {
      const path = 'taken/.well-known/jwks.json'
      await world.other.write(path, createObject('theirs'), { kind: 'absent' })
      expect(await world.target.write(path, createObject('ours'), { kind: 'absent' })).toBe(
        'changed',
      )
      expect(await text(path)).toBe('theirs')
    })

    it('replaces what it has read', async () => {
      const path = 'replaced/.well-known/jwks.json'
      await world.target.write(path, createObject('one'), { kind: 'absent' })
      const tag = await tagOf(path)
      expect(await world.target.write(path, createObject('two'), { kind: 'matches', tag })).toBe(
        'written',
      )
      expect(await text(path)).toBe('two')
      expect(await tagOf(path)).not.toBe(tag)
    })

    it('replaces nothing that has changed since it was read', async () => {
      const path = 'changed/.well-known/jwks.json'
      await world.target.write(path, createObject('one'), { kind: 'absent' })
      const tag = await tagOf(path)
      await world.other.write(path, createObject('two'), { kind: 'matches', tag })
      const condition = { kind: 'matches', tag } as const
      expect(await world.target.write(path, createObject('three'), condition)).toBe('changed')
      expect(await world.target.remove(path, condition)).toBe('changed')
      expect(await text(path)).toBe('two')
    })

    it('makes nothing anew that was removed since it was read', async () => {
      const path = 'removed/.well-known/jwks.json'
      await world.target.write(path, createObject('one'), { kind: 'absent' })
      const condition = { kind: 'matches', tag: await tagOf(path) } as const
      expect(await world.other.remove(path, condition)).toBe('removed')
      expect(await text(path)).toBeNull()
      expect(await world.target.remove(path, condition)).toBe('changed')
      expect(await world.target.write(path, createObject('two'), condition)).toBe('changed')
      expect(await text(path)).toBeNull()
    })

    it('lets one of several writers win', async () => {
      const path = 'race/.well-known/jwks.json'
      const writers = [world.target, world.other, world.target, world.other]
      const write = (condition: Parameters<Target['write']>[2]) =>
        Promise.all(
          writers.map((each, index) => each.write(path, createObject(`${index}`), condition)),
        )
      const made = await write({ kind: 'absent' })
      expect(made.filter(each => each === 'written')).toHaveLength(1)
      expect(await text(path)).toBe(`${made.indexOf('written')}`)
      await world.target.write(path, createObject('base'), {
        kind: 'matches',
        tag: await tagOf(path),
      })
      const replaced = await write({ kind: 'matches', tag: await tagOf(path) })
      expect(replaced.filter(each => each === 'written')).toHaveLength(1)
      expect(await text(path)).toBe(`${replaced.indexOf('written')}`)
    })
  })
}
