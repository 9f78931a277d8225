import { expect, test } from 'vitest'
import { OPERATIONS } from '../registry.ts'
import { UNBUILT_INPUT_MEMBERS } from './input-members.ts'
import { UNBUILT_OPERATIONS } from './operations.ts'

const BUILT = new Map(OPERATIONS.map(each => [`${each.api.name}:${each.name}`, each.input]))

test('no operation is both built and listed as unbuilt', () => {
  const listed = UNBUILT_OPERATIONS.flatMap(({ operations }) => operations)
  expect(listed.filter(key => BUILT.has(key))).toEqual([])
  expect(new Set(listed).size).toBe(listed.length)
})

test('no parameter is both read and listed as unbuilt', () => {
  const both = UNBUILT_INPUT_MEMBERS.filter(([key, member]) =>
    BUILT.get(key)?.fields.some(({ wireName }) => wireName === member),
  )
  expect(both).toEqual([])
})

test('unbuilt parameters belong to operations that are built', () => {
  expect(UNBUILT_INPUT_MEMBERS.filter(([key]) => !BUILT.has(key))).toEqual([])
})
