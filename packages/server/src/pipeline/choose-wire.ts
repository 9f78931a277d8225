import { QUERY_JSON_WIRE, QUERY_XML_WIRE } from '../wire/query/query-wire.ts'
import type { Wire } from '../wire/wire.ts'

/** How a request is answered that asks for nothing that is known, or could not be read at all. */
export const DEFAULT_WIRE: Wire = QUERY_XML_WIRE

/** The ways to write a call and its answer that are understood. */
const WIRES: readonly Wire[] = [QUERY_XML_WIRE, QUERY_JSON_WIRE]

/** The type of a GET, which has no body: its query is written as a form is. */
const GET_TYPE = QUERY_XML_WIRE.requestType

/**
 * The wire of a request: what it is written in by its `Content-Type` alone, and what it wants to read
 * by its `Accept` (aws-wire-news §7). Null for another method, or a POST of a type that no wire has.
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
