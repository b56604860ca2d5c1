/**
 * What a counterparty sent, as we repeat it to them and to everyone who reads our records: cut, and
 * `?` for control characters. A NUL ends text for half the programs that read it, PostgreSQL among
 * those that refuse it.
 */
export function legible(text: string, charactersMax: number): string {
  return text.slice(0, charactersMax).replaceAll(CONTROL_CHARACTERS, '?')
}

// oxlint-disable-next-line no-control-regex
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/g
