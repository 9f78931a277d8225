import type { Refusal } from './refusal.ts'

/** The part of Node's `ServerResponse` that is used. */
export interface NodeResponse {
  writeHead(status: number, headers: Record<string, string>): { end(): unknown }
}

/** Answers a refused request. */
export function sendRefusal(response: NodeResponse, { status, headers }: Refusal): void {
  response.writeHead(status, { ...headers }).end()
}
