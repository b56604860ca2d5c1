// Gives the source of one file with one piece of text replaced, to whoever compiles it.
import { readFile } from 'node:fs/promises'

let bug

export function initialize(data) {
  bug = data
}

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context)
  if (!new URL(url).pathname.endsWith(`/${bug.file}`)) return loaded
  const source = await readFile(new URL(url), 'utf8')
  const pieces = source.split(bug.find)
  if (pieces.length === 2) return { ...loaded, source: pieces.join(bug.replace) }
  throw new Error(`${bug.file} holds ${pieces.length - 1} times: ${bug.find}`)
}
