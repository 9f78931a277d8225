import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** How long a client that was refused may take to read the answer and close. */
export const LINGER_MS = 1000

/**
 * What a request costs besides its head while it waits behind another one: node's objects, and its
 * answer.
 */
const QUEUED_BYTES = 4096

interface Conversation {
  /** Answers that are not written to the end. More than one when the client pipelines. */
  unanswered: number
  /** The request that was read last. Only this one can be incomplete. */
  latest: { readonly request: IncomingMessage; readonly response: ServerResponse } | null
  /** Whether an answer closes the connection. What the client sends after that request is ignored. */
  isEnding: boolean
  /** The answer to send before the connection is closed because the client broke the protocol. */
  lastWords: string | null
}

/** The open connections. It knows which answers are outstanding on each, and ends them. */
export class Connections {
  readonly #sockets = new Set<Socket>()
  readonly #conversations = new WeakMap<Socket, Conversation>()
  readonly #maxQueuedBytes: number
  #queuedBytes = 0
  #cutOff = 0
  #isClosing = false

  /**
   * `maxQueuedBytes`: how many bytes all pipelined requests may hold together, which were sent before
   * an earlier one on their connection was answered (RFC 9112 §9.3.2). Dozens of them fit into a
   * kilobyte on the wire. A client can make them wait by sending a slow request first.
   */
  constructor(maxQueuedBytes: number) {
    this.#maxQueuedBytes = maxQueuedBytes
  }

  /** Open connections. */
  get count(): number {
    return this.#sockets.size
  }

  /** Connections that were cut off because too many requests queued. */
  get cutOff(): number {
    return this.#cutOff
  }

  /** Follows a connection from the moment it is accepted, before any TLS handshake. */
  add(socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }

  /**
   * Follows a request until its answer is written or the connection is gone. Returns false when the
   * request must not be acted on. Either an earlier answer ends the connection (RFC 9112 §9.6), or
   * there is no memory for a request that waits behind others; then the connection is cut off.
   */
  addRequest(request: IncomingMessage, response: ServerResponse): boolean {
    const { socket } = request
    const conversation = this.#conversationOf(socket)
    if (conversation.isEnding) return false
    const queuedBytes = conversation.unanswered === 0 ? 0 : QUEUED_BYTES + countBytes(request)
    if (this.#queuedBytes + queuedBytes > this.#maxQueuedBytes) {
      conversation.isEnding = true
      this.#cutOff += 1
      socket.destroy()
      return false
    }
    this.#queuedBytes += queuedBytes
    conversation.isEnding = !response.shouldKeepAlive
    conversation.unanswered += 1
    conversation.latest = { request, response }
    response.once('close', () => {
      conversation.unanswered -= 1
      this.#queuedBytes -= queuedBytes
      this.#moveOn(socket, conversation)
    })
    return true
  }

  /** Notes that the answer to the request that was read last will end the connection. */
  endAfterLatest(socket: Socket): void {
    this.#conversationOf(socket).isEnding = true
  }

  /** Whether the answer to `request` is the last that its connection should carry. */
  isLastResponse(request: IncomingMessage): boolean {
    const { socket } = request
    const { unanswered, latest } = this.#conversationOf(socket)
    if (socket.readableEnded) return latest?.request === request
    return this.#isClosing && unanswered === 1
  }

  /** Whether the client waits for an answer, and the server waits for nothing from the client. */
  isWaitingForAnswer(socket: Socket): boolean {
    return this.#conversationOf(socket).unanswered > 0 && socket.writableLength === 0
  }

  /**
   * Ends a connection whose client broke the protocol. `lastWords` is a whole answer. It is sent after
   * the answers to earlier requests, because otherwise the client would take it for one of those.
   */
  refuse(socket: Socket, lastWords: string): void {
    const conversation = this.#conversationOf(socket)
    if (conversation.lastWords !== null) return
    conversation.lastWords = lastWords
    this.#moveOn(socket, conversation)
  }

  /** Lets every connection end after the answer that it waits for. Idle ones end now. */
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

function countBytes({ url = '', rawHeaders }: IncomingMessage): number {
  return rawHeaders.reduce((bytes, text) => bytes + text.length, url.length)
}

function endWith(socket: Socket, lastWords: string): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  socket.end(lastWords)
  // If the connection were destroyed at once, unread bytes would make the kernel reset it, and the
  // client could lose the answer.
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(timer))
}
