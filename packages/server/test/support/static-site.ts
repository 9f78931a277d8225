import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/** A web server that knows nothing but files. */
export interface StaticSite extends AsyncDisposable {
  readonly url: string
  /** Answers in the place of the files, when it returns true. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean
}

/** Serves a directory as operators are told to configure it. */
export async function serveDirectory(
  directory: string,
  cacheControl = 'public, max-age=300, must-revalidate',
): Promise<StaticSite> {
  const never: StaticSite['intercept'] = () => false
  const site = { intercept: never }
  const server = createServer(async (request, response) => {
    if (site.intercept(request, response)) return
    try {
      const content = await readFile(join(directory, request.url ?? ''))
      const headers = { 'content-type': 'application/json', 'cache-control': cacheControl }
      response.writeHead(200, headers).end(content)
    } catch {
      response.writeHead(404).end()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return Object.assign(site, {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}
