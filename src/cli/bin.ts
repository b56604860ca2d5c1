#!/usr/bin/env node
/** The command `buttonwood`: runs the program with this process's arguments. */
import { runProgram } from './program.ts'

await runProgram(process.argv.slice(2))
