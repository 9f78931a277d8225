import { QUERY_JSON_WIRE, QUERY_XML_WIRE } from '../wire/query/query-wire.ts'
import type { Wire } from '../wire/wire.ts'

/** How a request is answered when it could not be read, or asks for no format that is known. */
export const DEFAULT_WIRE: Wire = QUERY_XML_WIRE

/** The ways to write a call and its answer that are understood. */
const WIRES: readonly Wire[] = [QUERY_XML_WIRE, QUERY_JSON_WIRE]

/** The type that a GET counts as. It has no body, but its query is written like a form. */
const GET_TYPE = QUERY_XML_WIRE.requestType

/**
 * The wire of a request (aws-wire-news §7). `Content-Type` alone says how the request is written, and
 * `Accept` says how its answer is to be written. Null for a method that is neither GET nor POST, and
 * for a POST of a type that no wire has.
 */
export function chooseWire(method: string, contentType: string, accept: string): Wire | null {
  const requestType = readRequestType(method, contentType)
  const wires = WIRES.filter(wire => wire.requestType === requestType)
  for (const type of listByPreference(accept)) {
    const wanted = wires.find(({ responseTypes }) => responseTypes.includes(type))
    if (wanted !== undefined) return wanted
  }
  return wires[0] ?? null
}

function readRequestType(method: string, contentType: string): string | null {
  if (method === 'GET') return GET_TYPE
  if (method !== 'POST') return null
  // A charset or another parameter may follow. The text is read as UTF-8 in any case.
  return readType(contentType)
}

/**
 * The media types of `Accept`, the most wanted first (RFC 9110 §12.5.1). A wildcard asks for nothing
 * in particular. UNVERIFIED for AWS beyond one type alone.
 */
function listByPreference(accept: string): readonly string[] {
  return accept
    .split(',')
    .map(range => ({ type: readType(range), quality: readQuality(range) }))
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ type }) => type)
}

function readType(text: string): string {
  const [type = ''] = text.split(';', 1)
  return type.trim().toLowerCase()
}

function readQuality(range: string): number {
  const [, quality = '1'] = /;\s*q=([\d.]+)/i.exec(range) ?? []
  return Number(quality)
}
