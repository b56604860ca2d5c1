/** Whether this machine lets us mount: only root may, and not in every container. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export function whyNoMount(): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'buttonwood-mount-'))
  const options = ['-t', 'tmpfs', '-o', 'size=1m', 'buttonwood', directory]
  const { status, stderr, error } = spawnSync('mount', options, { encoding: 'utf8' })
  if (status === 0) spawnSync('umount', [directory])
  rmdirSync(directory)
  return status === 0 ? undefined : `nothing can be mounted: ${error?.message ?? stderr.trim()}`
}
