/** Prints to standard output and waits for a slow reader, instead of keeping it all in memory. */
export const printLine = (line: string): Promise<void> => writeText(`${line}\n`)

/** The same for text that has its line ends. */
export async function writeText(text: string): Promise<void> {
  if (process.stdout.write(text)) return
  await new Promise((resolve) => process.stdout.once('drain', resolve))
}
