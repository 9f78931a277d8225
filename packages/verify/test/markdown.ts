/** A table of a document: its head, then its rows, each as trimmed cells. */
export type Table = readonly (readonly string[])[]

/** The tables of a Markdown document, however their columns are padded. */
export function readTables(document: string): readonly Table[] {
  return (document.match(/(?:^\|.*\n)+/gm) ?? []).map(table =>
    table
      .trim()
      .split('\n')
      .filter(line => !/^\|[\s:|-]+\|$/.test(line))
      .map(line =>
        line
          .split('|')
          .slice(1, -1)
          .map(cell => cell.trim()),
      ),
  )
}
