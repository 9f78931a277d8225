/** Attributes of an element; numbers are rounded to a tenth of a pixel. */
export type Attributes = Readonly<Record<string, string | number>>

/**
 * Colours of series, in their order. Middle tones, at least 3:1 against white and against near-black,
 * because a plot has no background of its own.
 */
export const SERIES_COLOURS = ['#3b82d6', '#d0701f', '#1f9468', '#9a68cf', '#c2557a', '#7d8590']

/**
 * A plot as a file. Text and lines have middle tones for viewers that know nothing of dark mode; the
 * others take the better contrast.
 */
export function formatSvg(
  {
    width,
    height,
    title,
  }: { readonly width: number; readonly height: number; readonly title: string },
  children: readonly string[],
): string {
  const style = [
    'text{font:13px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:#6f757c}',
    '.title{font-size:15px;font-weight:600}',
    '.grid{stroke:#8b9198;stroke-opacity:.35}',
    '.axis{stroke:#8b9198}',
    '.whisker{stroke:#6f757c;stroke-width:1.5}',
    '@media(prefers-color-scheme:light){text{fill:#3d4248}.whisker{stroke:#3d4248}}',
    '@media(prefers-color-scheme:dark){text{fill:#c4cad1}.whisker{stroke:#c4cad1}}',
  ].join('')
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
  }
  const body = [
    formatElement('title', {}, escapeText(title)),
    formatElement('style', {}, style),
    ...children,
  ]
  return `${formatElement('svg', root, `\n${body.join('\n')}\n`)}\n`
}

/** An element with what is inside it, which is markup already. */
export function formatElement(name: string, attributes: Attributes, inside = ''): string {
  const pairs = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escapeText(value)}"`,
  )
  return inside === ''
    ? `<${name}${pairs.join('')}/>`
    : `<${name}${pairs.join('')}>${inside}</${name}>`
}

/** A line of text. `anchor` says which end of it stands at `x`. */
export function formatText(
  text: string,
  attributes: Attributes & { readonly x: number; readonly y: number },
  anchor: 'start' | 'middle' | 'end' = 'start',
): string {
  return formatElement('text', { ...attributes, 'text-anchor': anchor }, escapeText(text))
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10)
}

function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
