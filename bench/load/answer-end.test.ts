import { describe, expect, it } from 'vitest'
import { findAnswerEnd, isLastResponse } from './answer-end.ts'

const FIXED = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'
const CHUNKED =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n'

describe('findAnswerEnd', () => {
  it.each([FIXED, CHUNKED])('finds the end of %j', answer => {
    expect(findAnswerEnd(answer)).toBe(answer.length)
    expect(findAnswerEnd(`${answer}HTTP/1.1 200 OK`)).toBe(answer.length)
  })

  it.each([FIXED, CHUNKED])('waits for every byte of %j', answer => {
    for (let length = 0; length < answer.length; length += 1) {
      expect(findAnswerEnd(answer.slice(0, length))).toBeNull()
    }
  })

  it('takes an answer without a body', () => {
    expect(findAnswerEnd('HTTP/1.1 204 No Content\r\nDate: x\r\n\r\n')).toBe(36)
  })
})

describe('isLastResponse', () => {
  it.each([
    [FIXED, false],
    ['HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n', true],
    ['HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\nconnection: close', false],
    ['HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', true],
  ])('%j: %s', (answer, expected) => {
    expect(isLastResponse(answer)).toBe(expected)
  })
})
