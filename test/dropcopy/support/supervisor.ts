/** A supervisor that logs nothing, whose reader is the built one and starts quickly. */
import type { DropCopyOptions } from '../../../src/dropcopy/supervisor/index.ts'
import { DropCopySupervisor } from '../../../src/dropcopy/supervisor/index.ts'
import { silentLogger } from '../../../src/runtime/index.ts'
import { builtPrograms } from '../../support/made-once.ts'

export const aSupervisor = (
  options: Omit<DropCopyOptions, 'logger' | 'programs'>,
): DropCopySupervisor =>
  new DropCopySupervisor({ ...options, logger: silentLogger, programs: builtPrograms() })
