import { once } from 'node:events'
import { connect } from 'node:net'

/** One connection that carries one request after the other. */
export interface KeepAliveConnection {
  /** Sends bytes and resolves to the whole answer. Rejects when the connection ends. */
  exchange(request: Buffer): Promise<string>
  close(): void
}

/** Connects; reads answers by their `Content-Length` and does nothing else, to cost little. */
export async function connectKeepAlive(host: string, port: number): Promise<KeepAliveConnection> {
  const socket = connect({ host, port, noDelay: true })
  await once(socket, 'connect')
  socket.setEncoding('latin1')
  let received = ''
  let waiting: PromiseWithResolvers<string> | null = null
  socket.on('data', chunk => {
    received += chunk
    const length = findAnswerLength(received)
    if (length === null || received.length < length) return
    const answer = received
    received = ''
    waiting?.resolve(answer)
  })
  socket.on('close', () => waiting?.reject(new Error('the server has closed the connection')))
  return {
    exchange(request) {
      waiting = Promise.withResolvers()
      socket.write(request)
      return waiting.promise
    },
    close: () => socket.destroy(),
  }
}

function findAnswerLength(text: string): number | null {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd < 0) return null
  const [, length] = /^content-length: (\d+)/im.exec(text.slice(0, headEnd)) ?? []
  return headEnd + 4 + Number(length ?? 0)
}
