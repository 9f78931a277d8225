/**
 * Credence inside a test. The sources are the server's: this package is that part of them which a test
 * needs, with the libraries of that part and no other.
 *
 * @module
 */
export * from '../../server/src/testing/index.ts'
