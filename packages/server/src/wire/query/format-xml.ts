import { isStructureValue, type Shape, type StructureShape, string } from '../../shapes/shape.ts'
import { escapeXml } from './escape-xml.ts'

const KEY = string()

/** Around the result: which call is answered, in which API's namespace, under which request id. */
export interface XmlEnvelope {
  /** The value of `Action`. */
  readonly action: string
  readonly xmlNamespace: string
  readonly requestId: string
}

/**
 * The body of a successful answer, byte for byte as AWS lays it out: no declaration, two spaces of
 * indentation, a line feed at the end (aws-wire §1.5). Members follow the order of the shape; absent
 * and null ones are left out; empty texts, lists and structures are empty elements. Without a shape
 * (`null`) the answer carries nothing but the request id.
 *
 * @throws TypeError when the output is not what the shape describes: a defect of the operation
 */
export function formatXml(
  { action, xmlNamespace, requestId }: XmlEnvelope,
  shape: StructureShape | null,
  output: unknown,
): string {
  const result = shape === null ? '' : formatElement(`${action}Result`, shape, output, '  ')
  return `<${action}Response xmlns="${xmlNamespace}">
${result}  <ResponseMetadata>
    <RequestId>${escapeXml(requestId)}</RequestId>
  </ResponseMetadata>
</${action}Response>
`
}

function formatElement(name: string, shape: Shape, value: unknown, indent: string): string {
  const content = formatContent(shape, value, indent)
  return content === '' ? `${indent}<${name}/>\n` : `${indent}<${name}>${content}</${name}>\n`
}

function formatContent(shape: Shape, value: unknown, indent: string): string {
  switch (shape.kind) {
    case 'string':
      if (typeof value === 'string') return escapeXml(value)
      break
    case 'integer':
      if (typeof value === 'number') return String(value)
      break
    case 'boolean':
      if (typeof value === 'boolean') return String(value)
      break
    case 'timestamp':
      if (typeof value === 'number') return formatTimestamp(value, shape.precision)
      break
    case 'list':
      if (Array.isArray(value)) {
        let members = ''
        for (const member of value) {
          members += formatElement('member', shape.member, member, `${indent}  `)
        }
        return onOwnLines(members, indent)
      }
      break
    case 'map':
      if (value instanceof Map) {
        let entries = ''
        for (const [key, entry] of value) {
          entries += formatEntry(key, shape.value, entry, `${indent}  `)
        }
        return onOwnLines(entries, indent)
      }
      break
    case 'structure':
      if (isStructureValue(value))
        return onOwnLines(formatMembers(shape, value, `${indent}  `), indent)
  }
  throw new TypeError(`the output has something else where its shape has a ${shape.kind}`)
}

function formatMembers(
  shape: StructureShape,
  structure: Readonly<Record<string, unknown>>,
  indent: string,
): string {
  let members = ''
  for (const { name, wireName, member } of shape.fields) {
    const value = structure[name]
    if (value !== undefined && value !== null) {
      members += formatElement(wireName, member.shape, value, indent)
    }
  }
  return members
}

function formatEntry(key: unknown, shape: Shape, value: unknown, indent: string): string {
  const inner = `${indent}  `
  const content = `${formatElement('key', KEY, key, inner)}${formatElement('value', shape, value, inner)}`
  return `${indent}<entry>\n${content}${indent}</entry>\n`
}

function onOwnLines(elements: string, indent: string): string {
  return elements === '' ? '' : `\n${elements}${indent}`
}

function formatTimestamp(epochMs: number, precision: 'seconds' | 'milliseconds'): string {
  const text = new Date(epochMs).toISOString()
  return precision === 'milliseconds' ? text : text.replace(/\.\d+Z$/, 'Z')
}
