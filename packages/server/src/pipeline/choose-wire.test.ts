import { describe, expect, it } from 'vitest'
import { QUERY_JSON_WIRE, QUERY_XML_WIRE } from '../wire/query/query-wire.ts'
import { chooseWire, DEFAULT_WIRE } from './choose-wire.ts'

const FORM = 'application/x-www-form-urlencoded'

describe('what a call is written in', () => {
  it.each([
    ['GET', '', QUERY_XML_WIRE],
    ['GET', 'application/json', QUERY_XML_WIRE],
    ['POST', FORM, QUERY_XML_WIRE],
    ['POST', `${FORM.toUpperCase()} ; charset=utf-8`, QUERY_XML_WIRE],
    ['POST', '', null],
    ['POST', 'application/json', null],
    ['POST', 'text/xml', null],
    ['PUT', FORM, null],
    ['HEAD', '', null],
  ])('%s with the type "%s"', (method, contentType, wire) => {
    expect(chooseWire(method, contentType, '')).toBe(wire)
  })

  it('is no other for who asks for JSON', () => {
    expect(chooseWire('POST', 'application/json', 'application/json')).toBeNull()
    expect(chooseWire('PUT', FORM, 'application/json')).toBeNull()
  })
})

describe('what its answer is written in', () => {
  it.each([
    ['', QUERY_XML_WIRE],
    ['*/*', QUERY_XML_WIRE],
    ['application/*', QUERY_XML_WIRE],
    ['text/xml', QUERY_XML_WIRE],
    ['text/html', QUERY_XML_WIRE],
    ['application/json', QUERY_JSON_WIRE],
    ['Application/JSON; charset=utf-8', QUERY_JSON_WIRE],
    ['application/json, text/plain, */*', QUERY_JSON_WIRE],
    ['text/html, application/json', QUERY_JSON_WIRE],
    ['application/jsonp', QUERY_XML_WIRE],
    ['application/json;q=0', QUERY_XML_WIRE],
    ['application/json;q=0.0, */*', QUERY_XML_WIRE],
    ['application/json;q=high', QUERY_JSON_WIRE],
    ['text/xml, application/json', QUERY_XML_WIRE],
    ['application/json, text/xml', QUERY_JSON_WIRE],
    ['text/xml;q=0.5, application/json', QUERY_JSON_WIRE],
    ['application/json; Q=0.5, application/xml', QUERY_XML_WIRE],
    [',,', QUERY_XML_WIRE],
    ['application/json;q=0.04, text/xml;q=0.05', QUERY_XML_WIRE],
  ])('Accept: %s', (accept, wire) => {
    expect(chooseWire('GET', '', accept)).toBe(wire)
    expect(chooseWire('POST', FORM, accept)).toBe(wire)
  })

  it('is XML where nobody could ask', () => {
    expect(DEFAULT_WIRE).toBe(QUERY_XML_WIRE)
  })
})
