/** The options that every command has which logs on to a FIX session. */
import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'

export function addFixLoginOptions(command: Command): Command {
  return command
    .requiredOption('--session <name>', 'session to log on as, a file of config/sessions')
    .option('--password <password>', 'its password (default: BUTTONWOOD_PASSWORD, or a plain: one)')
    .option('--config <file>', 'exchange.yaml (default: config/exchange.yaml)')
    .option('--data-dir <dir>', 'where clients/NAME.json keeps the sequence numbers')
    .option('--host <host>', 'FIX host of the exchange (default: from the configuration)')
    .option('--port <port>', 'FIX port of the exchange (default: from the configuration)', port)
}

function port(text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= 1 && value <= 65_535) return value
  throw new InvalidArgumentError('use 1 to 65535.')
}
