import { cutText, redact } from './redaction.ts'

/**
 * Text from outside: no control characters, nothing that looks like a credential, at most `maxLength`
 * UTF-16 units.
 */
export function cleanText(text: string, maxLength: number): string {
  return cutText(redact(stripControls(text)), maxLength)
}

/** Control characters, line separators, and what reverses the direction of text on a screen. */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu

const PRINTABLE_ASCII = /^[ -~]*$/

function stripControls(text: string): string {
  return PRINTABLE_ASCII.test(text) ? text : text.replaceAll(CONTROLS, '').toWellFormed()
}
