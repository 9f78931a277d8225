/**
 * Reads the code blocks of a Markdown page and makes one shell script of those that are marked.
 *
 * Exists because commands in documents stop working without anybody noticing. The mark stands behind
 * the language, where Markdown shows nothing of it:
 *
 *     ```sh run               executed; must succeed. Variables and the directory last to the next block
 *     ```sh run=server        started, and left running to the end of the page
 *     ```js run               a program in JavaScript, or Python
 *     ```sh run needs=aws     not run where the machine lacks `aws`
 *     ```js file=x.mjs        written to a file
 *     ```text output          what the block before has printed, word for word
 */

/** A marked block. */
export interface DocBlock {
  /** Where it begins in the page, from 1. */
  readonly line: number
  readonly language: string
  readonly text: string
  readonly action: 'run' | 'server' | 'output' | { readonly file: string }
  /** What the machine must have; null for nothing special. */
  readonly needs: string | null
}

const FENCE = /^```(\S*) *(.*)\n([\s\S]*?)^```$/gm
const RUNNABLE = ['sh', 'js', 'python']

/** The marked blocks of a page, in their order. @throws Error for a mark that is none */
export function parseDocBlocks(page: string): readonly DocBlock[] {
  return [...page.matchAll(FENCE)].flatMap(match => {
    const [, language = '', marks = '', text = ''] = match
    if (marks.trim() === '') return []
    const line = page.slice(0, match.index).split('\n').length
    return [readBlock(line, language, text, marks.trim().split(' '))]
  })
}

function readBlock(
  line: number,
  language: string,
  text: string,
  marks: readonly string[],
): DocBlock {
  let action: DocBlock['action'] | null = null
  let needs: string | null = null
  for (const mark of marks) {
    const [name, value] = mark.split('=')
    if (mark === 'output') action = 'output'
    else if (mark === 'run' && RUNNABLE.includes(language)) action = 'run'
    else if (mark === 'run=server' && language === 'sh') action = 'server'
    else if (name === 'file' && value) action = { file: value }
    else if (name === 'needs' && value) needs = value
    else throw new Error(`line ${line}: ${mark} means nothing for a block of ${language}`)
  }
  if (action === null) throw new Error(`line ${line}: nothing is to be done with the block`)
  return { line, language, text, action, needs }
}

/** What a line of the script's output begins with when a block begins or ends. */
export const MARKER = '\u0001doc-block'

/**
 * One script for bash that runs the blocks in order and ends at the first that fails. It tells on
 * standard output where each block begins and ends.
 *
 * @param isAvailable whether the machine has what a block needs; a block that lacks it is left out
 */
export function formatScript(
  blocks: readonly DocBlock[],
  isAvailable: (need: string) => boolean,
): string {
  const parts = blocks
    .filter(({ needs }) => needs === null || isAvailable(needs))
    .map(block => {
      const { line } = block
      return `printf '${MARKER} begin ${line}\\n'\n${formatBlock(block)}\nprintf '${MARKER} end ${line}\\n'\n`
    })
  return `set -eu
servers=()
stop_servers() { for each in "\${servers[@]}"; do kill "$each" 2>/dev/null && wait "$each" || true; done; }
trap stop_servers EXIT
${parts.join('')}`
}

function formatBlock({ line, language, text, action }: DocBlock): string {
  if (action === 'output') return ''
  if (action === 'server') return formatServer(line, text)
  if (typeof action === 'object') return formatFile(action.file, text)
  if (language === 'sh') return text
  const [file, program] =
    language === 'js' ? [`block-${line}.mjs`, 'node'] : [`block-${line}.py`, 'python3']
  return `${formatFile(file, text)}\n${program} ${file}`
}

function formatFile(file: string, text: string): string {
  return `cat > ${file} <<'END-OF-DOC-FILE'\n${text}END-OF-DOC-FILE`
}

/**
 * A server is ready when it has printed something of its own: what npm says begins with `>` or `npm`,
 * and lines of its log with `{"level":`.
 */
function formatServer(line: number, text: string): string {
  const log = `server-${line}.log`
  const command = text.trim()
  return `${command} > ${log} 2>&1 &
servers+=($!)
for attempt in $(seq 1 600); do
  grep -qv -e '^>' -e '^npm ' -e '^{"level":' -e '^$' ${log} && break
  kill -0 $! 2>/dev/null || { cat ${log}; false; }
  sleep 0.1
done
cat ${log}`
}
