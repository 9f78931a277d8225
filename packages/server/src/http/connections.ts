import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** How long a client that was refused may take to read the answer and close. */
export const LINGER_MS = 1000

interface Conversation {
  /** Answers that are not written to the end. More than one when the client pipelines. */
  unanswered: number
  /** The request that was read last: the only one that can be incomplete. */
  latest: { readonly request: IncomingMessage; readonly response: ServerResponse } | null
  /** An answer closes the connection: what the client sends after that request is nothing to us. */
  isEnding: boolean
  /** What is said before the connection is closed because the client broke the protocol. */
  lastWords: string | null
}

/** The open connections: what is outstanding on each, and how they end. */
export class Connections {
  readonly #sockets = new Set<Socket>()
  readonly #conversations = new WeakMap<Socket, Conversation>()
  #isClosing = false

  /** Open connections. */
  get count(): number {
    return this.#sockets.size
  }

  /** Follows a connection from the moment it is accepted, before any TLS handshake. */
  add(socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }

  /**
   * Follows a request until its answer is written or the connection is gone. False when an earlier
   * answer ends the connection: such a request must not be acted on (RFC 9112 §9.6).
   */
  addRequest(request: IncomingMessage, response: ServerResponse): boolean {
    const { socket } = request
    const conversation = this.#conversationOf(socket)
    if (conversation.isEnding) return false
    conversation.isEnding = !response.shouldKeepAlive
    conversation.unanswered += 1
    conversation.latest = { request, response }
    response.once('close', () => {
      conversation.unanswered -= 1
      this.#moveOn(socket, conversation)
    })
    return true
  }

  /** The answer to the request that was read last will end the connection. */
  endAfterLatest(socket: Socket): void {
    this.#conversationOf(socket).isEnding = true
  }

  /** Whether the answer to `request` is the last that its connection should carry. */
  isLastAnswer(request: IncomingMessage): boolean {
    const { socket } = request
    const { unanswered, latest } = this.#conversationOf(socket)
    if (socket.readableEnded) return latest?.request === request
    return this.#isClosing && unanswered === 1
  }

  /** Whether the server waits for nothing from this client, but the client for an answer. */
  isWaitingForAnswer(socket: Socket): boolean {
    return this.#conversationOf(socket).unanswered > 0 && socket.writableLength === 0
  }

  /**
   * Ends a connection whose client broke the protocol. `lastWords` is a whole answer: it goes out
   * after the answers to earlier requests, for in their place it would be taken for one of them.
   */
  refuse(socket: Socket, lastWords: string): void {
    const conversation = this.#conversationOf(socket)
    if (conversation.lastWords !== null) return
    conversation.lastWords = lastWords
    this.#moveOn(socket, conversation)
  }

  /** Lets every connection end with the answer that it waits for; idle ones end now. */
  close(): void {
    this.#isClosing = true
    for (const socket of this.#sockets) {
      if (socket.bytesRead === 0) socket.destroy()
    }
  }

  /** Ends everything that is still open. Returns how many connections that were. */
  drop(): number {
    const count = this.#sockets.size
    for (const socket of this.#sockets) socket.destroy()
    return count
  }

  #moveOn(socket: Socket, { unanswered, latest, lastWords }: Conversation): void {
    if (lastWords === null) {
      if (unanswered === 0 && this.#isClosing) socket.destroySoon()
      return
    }
    const isBroken = latest !== null && !latest.request.complete
    if (isBroken && latest.response.headersSent) {
      socket.destroy()
    } else if (unanswered === (isBroken ? 1 : 0)) {
      endWith(socket, lastWords)
    }
  }

  #conversationOf(socket: Socket): Conversation {
    let conversation = this.#conversations.get(socket)
    if (conversation === undefined) {
      conversation = { unanswered: 0, latest: null, isEnding: false, lastWords: null }
      this.#conversations.set(socket, conversation)
    }
    return conversation
  }
}

function endWith(socket: Socket, lastWords: string): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  socket.end(lastWords)
  // Destroyed at once, unread bytes would make the kernel reset the connection, and the client
  // could lose the answer.
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(timer))
}
