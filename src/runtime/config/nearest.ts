/** The known word that a mistyped one was meant to be. */

/** @returns the word of `known` at the least edit distance, or undefined when none is near */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const wanted = given.toLowerCase()
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(given.length / 3)) + 1

  for (const word of known) {
    const distance = editDistance(wanted, word.toLowerCase())
    if (distance >= bestDistance) continue
    best = word
    bestDistance = distance
  }
  return best
}

/** Levenshtein: insertions, deletions and substitutions of one character. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const substitution = above[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(above[column]! + 1, current[column - 1]! + 1, substitution))
    }
    above = current
  }
  return above[b.length]!
}
