/** Prints to standard output and waits for a slow reader, instead of keeping it all in memory. */
export async function printLine(line: string): Promise<void> {
  if (process.stdout.write(`${line}\n`)) return
  await new Promise((resolve) => process.stdout.once('drain', resolve))
}
