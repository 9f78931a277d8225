import { SaxesParser } from 'saxes'

/** An element of a parsed document. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** All text directly inside the element, joined. */
  readonly text: string
}

interface OpenElement extends XmlElement {
  readonly children: XmlElement[]
  text: string
}

/** Reads a document with a strict parser that is not ours. @throws Error when it is not well-formed */
export function readXml(document: string): XmlElement {
  const root: OpenElement = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  const parser = new SaxesParser()
  parser.on('error', error => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    const element: OpenElement = { name, attributes, children: [], text: '' }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('text', text => {
    const element = open.at(-1)
    if (element) element.text += text
  })
  parser.on('closetag', () => {
    open.pop()
  })
  parser.write(document).close()
  const [element] = root.children
  if (element === undefined) throw new Error('the document is empty')
  return element
}

/** The text of the element that the names lead to, from the root's children on; null when absent. */
export function findText(root: XmlElement, ...names: readonly string[]): string | null {
  let element: XmlElement | undefined = root
  for (const name of names) element = element?.children.find(child => child.name === name)
  return element?.text ?? null
}
