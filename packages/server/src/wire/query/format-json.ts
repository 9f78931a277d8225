import { isStructureValue, type Shape, type StructureShape } from '../../shapes/shape.ts'

/**
 * The body of a successful answer in JSON (aws-wire-news §7). Members are those of the XML, in the
 * order of the shape; absent and null ones are left out, times are seconds since the epoch.
 *
 * @throws TypeError when the output is not what the shape describes: a defect of the operation
 */
export function formatJson(
  { action, requestId }: { readonly action: string; readonly requestId: string },
  shape: StructureShape | null,
  output: unknown,
): string {
  const result = shape === null ? {} : { [`${action}Result`]: convert(shape, output) }
  return JSON.stringify({
    [`${action}Response`]: { ...result, ResponseMetadata: { RequestId: requestId } },
  })
}

function convert(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'string':
      if (typeof value === 'string') return value
      break
    case 'integer':
      if (typeof value === 'number') return value
      break
    case 'boolean':
      if (typeof value === 'boolean') return value
      break
    case 'timestamp':
      if (typeof value === 'number') return toEpochSeconds(value, shape.precision)
      break
    case 'list':
      if (Array.isArray(value)) return value.map(member => convert(shape.member, member))
      break
    case 'map':
      if (value instanceof Map) {
        return Object.fromEntries(
          [...value].map(([key, entry]) => [key, convert(shape.value, entry)]),
        )
      }
      break
    case 'structure':
      if (isStructureValue(value)) return convertMembers(shape, value)
  }
  throw new TypeError(`the output has something else where its shape has a ${shape.kind}`)
}

function convertMembers(
  { fields }: StructureShape,
  structure: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    fields.flatMap(({ name, wireName, member }) => {
      const value = structure[name]
      return value === undefined || value === null ? [] : [[wireName, convert(member.shape, value)]]
    }),
  )
}

function toEpochSeconds(epochMs: number, precision: 'seconds' | 'milliseconds'): number {
  return precision === 'milliseconds' ? epochMs / 1000 : Math.floor(epochMs / 1000)
}
