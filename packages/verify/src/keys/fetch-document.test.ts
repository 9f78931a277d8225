import type { RequestListener } from 'node:http'
import { describe, expect, it, vi } from 'vitest'
import { startHttpServer } from '../../test/http-server.ts'
import { type Fetch, fetchDocument, MAX_DOCUMENT_BYTES } from './fetch-document.ts'

const read = async (listener: RequestListener, timeoutMs = 5000) => {
  await using server = await startHttpServer(listener)
  return await fetchDocument(`${server.origin}/doc`, { fetch, timeoutMs })
}
const sized = (bytes: number): string => JSON.stringify({ a: 'x'.repeat(bytes - 8) })
const answer = (status: number, headers: Record<string, string>, body: string | null) => {
  const fetch: Fetch = async () => ({
    status,
    headers: new Headers(headers),
    body: body === null ? null : new Blob([body]).stream(),
  })
  return fetchDocument('https://issuer.example/doc', { fetch, timeoutMs: 1000 })
}

describe('fetchDocument', () => {
  it('reads a JSON object and how long it is fresh', async () => {
    const seen = vi.fn()
    const document = await read((request, response) => {
      seen(request.method, request.url, request.headers.accept, request.headers.cookie)
      response.writeHead(200, { 'cache-control': 'max-age=60' }).end('{"ü":"€"}')
    })
    expect(document).toEqual({ json: { ü: '€' }, freshSeconds: 60 })
    expect(seen).toHaveBeenCalledExactlyOnceWith('GET', '/doc', 'application/json', undefined)
  })

  it('puts a character together that arrives in two parts', async () => {
    const bytes = Buffer.from('{"a":"€"}')
    const document = await read((_request, response) => {
      response.write(bytes.subarray(0, 7))
      setImmediate(() => response.end(bytes.subarray(7)))
    })
    expect(document.json).toEqual({ a: '€' })
  })

  it('reads the largest size and refuses one byte more', async () => {
    const largest = sized(MAX_DOCUMENT_BYTES)
    expect(Buffer.byteLength(largest)).toBe(MAX_DOCUMENT_BYTES)
    await expect(read((_, response) => response.end(largest))).resolves.toBeDefined()
    await expect(read((_, response) => response.end(`${largest} `))).rejects.toThrow(
      'the answer has more than 65536 bytes',
    )
  })

  it('stops reading an endless answer', async () => {
    const closed = Promise.withResolvers<void>()
    await expect(
      read((_, response) => {
        const timer = setInterval(() => response.write(' '.repeat(16_384)), 1)
        response.on('close', () => {
          clearInterval(timer)
          closed.resolve()
        })
      }),
    ).rejects.toThrow('the answer has more than 65536 bytes')
    await closed.promise
  })

  it('cancels what it does not read to its end', async () => {
    const cancel = vi.fn()
    const body = new ReadableStream<Uint8Array>({
      pull: controller => controller.enqueue(new Uint8Array(16_384).fill(0x20)),
      cancel,
    })
    const fetch: Fetch = async () => ({ status: 200, headers: new Headers(), body })
    const reading = fetchDocument('https://issuer.example/doc', { fetch, timeoutMs: 1000 })
    await expect(reading).rejects.toThrow('the answer has more than 65536 bytes')
    expect(cancel).toHaveBeenCalledOnce()
  })

  it.each([201, 204, 304, 400, 404, 500])('refuses status %i', async status => {
    await expect(read((_, response) => response.writeHead(status).end())).rejects.toThrow(
      `the answer has status ${status}, not 200`,
    )
  })

  it.each([301, 302, 303, 307, 308])('follows no redirect: %i', async status => {
    const paths: (string | undefined)[] = []
    await expect(
      read((request, response) => {
        paths.push(request.url)
        response.writeHead(status, { location: '/elsewhere' }).end('{}')
      }),
    ).rejects.toThrow(`the answer has status ${status}, not 200`)
    expect(paths).toEqual(['/doc'])
  })

  it('refuses the opaque answer that browsers give for a redirect', async () => {
    await expect(answer(0, {}, null)).rejects.toThrow('the answer has status 0, not 200')
  })

  it.each([
    ['nothing', ''],
    ['HTML', '<html></html>'],
    ['a list', '[]'],
    ['a repeated member', '{"issuer":"a","issuer":"b"}'],
  ])('refuses %s', async (_, body) => {
    await expect(read((_request, response) => response.end(body))).rejects.toThrow(
      'the answer is not a strict JSON object',
    )
  })

  it('refuses what is not UTF-8, in the middle and at the end', async () => {
    for (const bytes of [
      [0x7b, 0xff, 0x7d],
      [0x7b, 0x7d, 0xc3],
    ]) {
      await expect(read((_, response) => response.end(Buffer.from(bytes)))).rejects.toMatchObject({
        code: 'fetch_failed',
        cause: expect.any(TypeError),
      })
    }
  })

  it('refuses an answer without a body', async () => {
    await expect(answer(200, {}, null)).rejects.toThrow('the answer has no body')
    await expect(answer(200, {}, '{}')).resolves.toEqual({ json: {}, freshSeconds: null })
  })

  it.each([
    ['that never begins', () => undefined],
    ['that never ends', (response: { write: (text: string) => void }) => response.write('{')],
  ])('gives up on an answer %s', async (_, begin) => {
    await expect(read((_request, response) => void begin(response), 50)).rejects.toMatchObject({
      code: 'fetch_failed',
      cause: { name: 'TimeoutError' },
    })
  })

  it('says which URL, and keeps the cause', async () => {
    const failing: Fetch = () => Promise.reject(new TypeError('fetch failed'))
    const fetching = fetchDocument('https://issuer.example/doc', {
      fetch: failing,
      timeoutMs: 1000,
    })
    await expect(fetching).rejects.toMatchObject({
      name: 'VerifyError',
      code: 'fetch_failed',
      message: 'https://issuer.example/doc could not be fetched: fetch failed',
      cause: expect.any(TypeError),
    })
  })

  it('says who refused the connection', async () => {
    const server = await startHttpServer(() => undefined)
    await server[Symbol.asyncDispose]()
    const { host } = new URL(server.origin)
    await expect(fetchDocument(server.origin, { fetch, timeoutMs: 5000 })).rejects.toThrow(
      `${server.origin} could not be fetched: fetch failed: connect ECONNREFUSED ${host}`,
    )
  })

  it('has a message for a failure that is no Error', async () => {
    const failing: Fetch = () => Promise.reject('down')
    await expect(
      fetchDocument('https://issuer.example/doc', { fetch: failing, timeoutMs: 1000 }),
    ).rejects.toThrow('could not be fetched: unknown reason')
  })
})
