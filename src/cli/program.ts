/**
 * The command line as a whole: every command registers itself here, and every error ends here as
 * one line on standard error with its exit code: 0 done, 1 refused or failed, 2 wrong usage.
 * Commands import what they need when they run, so that --help is quick.
 */
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { registerAdmin } from './admin.ts'
import { registerAudit } from './audit.ts'
import { registerClient } from './client.ts'
import { registerDemo } from './demo.ts'
import { registerDropcopy } from './dropcopy.ts'
import { errorLine } from './error-line.ts'
import { registerFeed } from './feed.ts'
import { registerFix } from './fix.ts'
import { registerJournal } from './journal.ts'
import { registerOrder } from './order.ts'
import { registerServe } from './serve.ts'
import { registerSession } from './session.ts'
import { registerSubscribe } from './subscribe.ts'

const ExitCode = { Done: 0, Failed: 1, WrongUsage: 2 } as const

const packageFile = new URL('../../package.json', import.meta.url)

/** All commands, ready to parse; errors are thrown and nothing ends the process. */
export function buildProgram(): Command {
  const program = new Command('buttonwood')
    .description('An exchange: FIX 4.4 in, price-time matching, ITCH 5.0 out')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .addHelpText('after', '\nExample:\n  $ buttonwood demo\n')
    .showHelpAfterError('(--help shows what is possible)')

  registerServe(program)
  registerDemo(program)
  registerOrder(program)
  registerClient(program)
  registerSubscribe(program)
  registerFeed(program)
  registerDropcopy(program)
  registerFix(program)
  registerAdmin(program)
  registerJournal(program)
  registerAudit(program)
  registerSession(program)

  throwInsteadOfExiting(program)
  return program
}

/** Runs one command line and sets the exit code of the process. */
export async function runProgram(args: readonly string[]): Promise<void> {
  stopQuietlyWhenNobodyReads()
  try {
    await buildProgram().parseAsync(args, { from: 'user' })
  } catch (error) {
    process.exitCode = report(error)
  }
}

/** Prints what went wrong, once and in one line. @returns the exit code */
function report(error: unknown): number {
  // Commander has printed its own message: help and version are no errors, the rest is usage.
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? ExitCode.Done : ExitCode.WrongUsage
  }

  process.stderr.write(errorLine(error))
  if (process.env['LOG_LEVEL'] === 'debug' && error instanceof Error) {
    process.stderr.write(`${error.stack}\n`)
  }
  return ExitCode.Failed
}

/** `buttonwood … | head` closes the pipe early: that is no error of ours. */
function stopQuietlyWhenNobodyReads(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? ExitCode.Done)
    throw error
  })
}

function throwInsteadOfExiting(command: Command): void {
  command.exitOverride()
  for (const child of command.commands) throwInsteadOfExiting(child)
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }
  return version
}
