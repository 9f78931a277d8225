/** A policy of a size: `repeated` fills what `start` and `end` leave. */
export function fill(start: string, repeated: string, end: string): (length: number) => string {
  return length => {
    const room = length - start.length - end.length
    return start + repeated.repeat(Math.floor(room / repeated.length)) + end
  }
}

const OPEN = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"'
const CONDITION = `${OPEN}*","Condition":{`

/** Policies of any size that are made to be slow to read: what is in them, and how one is made. */
export const HOSTILE_DOCUMENTS: readonly (readonly [string, (length: number) => string])[] = [
  ['a text that never ends', fill('{"Id":"', 'x', '')],
  ['escapes that never end', fill('{"Id":"', '\\n', '')],
  ['white space that never ends', fill('{', ' ', '')],
  ['nesting that never ends', fill('', '[', '')],
  ['digits that never end', fill('[', '1', 'x')],
  ['empty statements', fill('{"Statement":[', '{},', '{}]}')],
  ['unknown elements', fill('{', '"":1,', '"":1}')],
  ['variables that are not closed', fill(OPEN, '${', '"}}')],
  ['white space in a variable', fill(`${OPEN}\${a:`, ' ', '}"}}')],
  ['words in a variable', fill(`${OPEN}\${a:`, 'b ', '\'}"}}')],
  ['colons in a variable', fill(`${OPEN}\${`, 'a:', '}"}}')],
  ['a default that never ends', fill(`${OPEN}\${a:b, '`, 'x', '"}}')],
  ['many variables', fill(`${OPEN}`, `\${a:b}`, '"}}')],
  ['many stars', fill(`${OPEN}arn:aws:s3:::`, '*', '"}}')],
  ['many colons', fill(`${OPEN}arn:aws:s3:`, ':', '"}}')],
  ['prefixes of operators', fill(`${CONDITION}"`, 'ForAllValues:', '":{}}}}')],
  ['suffixes of operators', fill(`${CONDITION}"`, 'IfExists', '":{}}}}')],
  ['digits of a malformed number', fill(`${CONDITION}"NumericEquals":{"a:b":"`, '1', 'x"}}}}')],
  ['zeros inside a number', fill(`${CONDITION}"NumericEquals":{"a:b":"1`, '0', '1"}}}}')],
  ['zeros of an address', fill(`${CONDITION}"IpAddress":{"a:b":"`, '0', '.1.1.x"}}}}')],
  ['zeros of a prefix length', fill(`${CONDITION}"IpAddress":{"a:b":"1.1.1.1/`, '0', 'x"}}}}')],
  ['groups of an address', fill(`${CONDITION}"IpAddress":{"a:b":"`, '::1', '"}}}}')],
  ['zeros of a date', fill(`${CONDITION}"DateEquals":{"a:b":"`, '0', 'x"}}}}')],
  ['base64 that breaks off', fill(`${CONDITION}"BinaryEquals":{"a:b":"`, 'A', '!"}}}}')],
  ['parts of an ARN', fill(`${CONDITION}"ArnLike":{"a:b":"arn`, ':*', '"}}}}')],
  ['spaces in a condition key', fill(`${CONDITION}"Bool":{"a:`, ' ', '\\n":"x"}}}}')],
]
