import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { findAnswerEnd, isLastResponse } from './answer-end.ts'

/** One connection that carries one request after the other. */
export interface KeepAliveConnection {
  /**
   * Sends bytes and resolves to the whole answer. Connects anew, within the measured time, where the
   * server has closed after its last answer. Rejects when the connection ends before the answer does.
   */
  exchange(request: Buffer): Promise<string>
  close(): void
}

/** Connects; reads answers by their length and does nothing else, to cost little. */
export async function connectKeepAlive(host: string, port: number): Promise<KeepAliveConnection> {
  let received = ''
  let waiting: PromiseWithResolvers<string> | null = null

  const open = async (): Promise<Socket> => {
    const opened = connect({ host, port, noDelay: true })
    await once(opened, 'connect')
    opened.setEncoding('latin1')
    opened.on('data', chunk => {
      received += chunk
      const end = findAnswerEnd(received)
      if (end === null) return
      const answer = received.slice(0, end)
      received = ''
      if (isLastResponse(answer)) opened.destroy()
      waiting?.resolve(answer)
      waiting = null
    })
    const fail = () => waiting?.reject(new Error('the server has closed the connection'))
    opened.on('close', fail)
    opened.on('error', fail)
    return opened
  }

  let socket = await open()
  return {
    async exchange(request) {
      if (socket.destroyed) socket = await open()
      const answered = Promise.withResolvers<string>()
      waiting = answered
      socket.write(request)
      return answered.promise
    },
    close: () => socket.destroy(),
  }
}
