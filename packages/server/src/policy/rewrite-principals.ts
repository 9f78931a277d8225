import { listValues } from './element-reader.ts'
import { type JsonNode, parseJson } from './parse-json.ts'

const TEXT = /"(?:[^"\\]|\\.)*"/y

/**
 * The document with the AWS principals of its statements replaced, and everything else as it is
 * written.
 * @param document a trust policy that `parsePolicy` has read
 * @param rewrite gives the principal that stands there instead; it may be the same
 */
export function rewriteAwsPrincipals(
  document: string,
  rewrite: (principal: string) => string,
): string {
  let rewritten = ''
  let reached = 0
  for (const { place, value } of listAwsPrincipals(parseJson(document))) {
    const replacement = rewrite(value)
    if (replacement === value) continue
    TEXT.lastIndex = place.offset
    const { length } = TEXT.exec(document)?.[0] ?? ''
    rewritten += document.slice(reached, place.offset) + JSON.stringify(replacement)
    reached = place.offset + length
  }
  return rewritten + document.slice(reached)
}

type TextNode = Extract<JsonNode, { readonly kind: 'string' }>

/** In the order in which they are written. */
function listAwsPrincipals(root: JsonNode): readonly TextNode[] {
  return listItems(findMember(root, 'Statement')).flatMap(statement =>
    ['Principal', 'NotPrincipal'].flatMap(name =>
      listItems(findMember(findMember(statement, name), 'AWS')).filter(
        (item): item is TextNode => item.kind === 'string',
      ),
    ),
  )
}

function findMember(node: JsonNode | undefined, name: string): JsonNode | undefined {
  return node?.kind === 'object' ? node.members.get(name)?.value : undefined
}

function listItems(node: JsonNode | undefined): readonly JsonNode[] {
  return node === undefined ? [] : listValues(node)
}
