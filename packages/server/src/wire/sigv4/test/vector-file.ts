import { readFileSync } from 'node:fs'
import type { WireRequest } from '../../message.ts'

/** A request as a vector writes it: one character of a header, target or body is one byte. */
export interface VectorRequest {
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** One file of vectors; what a vector states besides its request differs by file. */
export interface VectorFile<Vector> {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** The clock, unless the vector has its own. */
  readonly now: string
  readonly vectors: readonly (Vector & {
    readonly name: string
    readonly request: VectorRequest
    readonly now?: string
  })[]
}

/** Reads a file of this folder. */
export function readVectors<Vector>(fileName: string): VectorFile<Vector> {
  return JSON.parse(readFileSync(new URL(fileName, import.meta.url), 'utf8'))
}

/** The request as the HTTP listener would hand it over. */
export function toWireRequest({ method, target, headers, body }: VectorRequest): WireRequest {
  return {
    method,
    target,
    rawHeaders: headers.flat(),
    body: Buffer.from(body, 'latin1'),
    sourceIp: '192.0.2.1',
    secureTransport: true,
  }
}
