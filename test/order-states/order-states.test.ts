/**
 * Plays every scenario of this folder on the assembled exchange. What is not offered yet has to fail:
 * the day it does not, `pass` belongs there.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Said } from './scenario-messages.ts'
import { expectedOf, requestOf, withoutSession } from './scenario-messages.ts'
import { ScenarioPlayer } from './scenario-player.ts'
import type { Scenario } from './scenario.ts'
import { parseScenarios } from './scenario.ts'

const folder = new URL('./', import.meta.url)
const DOCUMENT = new URL('../../docs/protocols/order-states.md', folder)
/** FIX 4.4 volume 4: scenarios by group of a matrix. */
// prettier-ignore
const GROUPS = {
  'A.1': 2, 'B.1': 6, 'C.1': 3, 'C.2': 1, 'C.3': 3, 'D.1': 3, 'D.2': 4, 'E.1': 5, 'F.1': 3,
  'G.1': 3, 'H.1': 4, 'I.1': 2, 'J.1': 4, 'K.1': 2, 'L.1': 2,
}

const files = readdirSync(folder)
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .sort()
const scenarios = files.flatMap((file) =>
  parseScenarios(file, readFileSync(new URL(file, folder), 'utf8')),
)

/** For `it.each`: by the name under which a test stands in the list. */
const named = (wanted: (scenario: Scenario) => boolean): [string, Scenario][] =>
  scenarios
    .filter((scenario) => scenario.rows.length > 0 && wanted(scenario))
    .map((scenario) => [`${scenario.reference}: ${scenario.title}`, scenario])

const isComplete = ({ result }: Scenario): boolean =>
  result === 'pass' || result === 'refused by design'

describe('a scenario', () => {
  it.each(named(isComplete))('%s', async (_, scenario) => {
    expect(await new ScenarioPlayer(scenario).play()).toBe(scenario.rows.length)
  })
})

describe('the scenarios', () => {
  it('are all that FIX 4.4 volume 4 has, in its order, and ours behind the one they belong to', () => {
    const ofTheStandard = Object.entries(GROUPS).flatMap(([group, count]) =>
      Array.from('abcdef'.slice(0, count), (letter) => `${group}.${letter}`),
    )
    const references = scenarios.map(({ reference }) => reference)
    const belongTo = references.map((reference) => reference.split('/')[0]!)

    expect(ofTheStandard).toHaveLength(47)
    expect(references.filter((reference) => !reference.includes('/'))).toEqual(ofTheStandard)
    expect([...new Set(belongTo)]).toEqual(ofTheStandard)
    expect(belongTo).toEqual(belongTo.toSorted())
    expect(new Set(references).size).toBe(references.length)
    for (const { file, reference } of scenarios) {
      expect(file.startsWith(`${reference[0]!.toLowerCase()}-`), `${reference} in ${file}`).toBe(
        true,
      )
    }
  })

  it('say what they show, and why what does not pass does not', () => {
    const silent = scenarios.filter(
      ({ title, why, result, reason, rows }) =>
        title === '' ||
        (result === 'pass' ? why === '' || rows.length === 0 : reason === '') ||
        (result === 'not yet offered' && rows.length === 0),
    )

    expect(silent.map(({ reference }) => reference)).toEqual([])
  })
})

describe('a scenario that does not pass yet', () => {
  it.each(named((scenario) => !isComplete(scenario)))(
    '%s, and is marked when it does',
    async (_, scenario) => {
      await expect(new ScenarioPlayer(scenario).play()).rejects.toThrow(
        expect.objectContaining({ name: 'AssertionError' }),
      )
    },
  )

  it.each(named((scenario) => !isComplete(scenario)))(
    '%s is in words that are known',
    (_, scenario) => {
      const known = new Map<string, Said>()
      const { rows } = scenario
      const sent = rows.filter(({ Sent }) => Sent !== '').map((row) => expectedOf(row, new Map()))
      const requests = rows
        .map(({ Received }) => withoutSession(Received))
        .filter((text) => text.includes('('))
      const asked = requests.map((text) => requestOf(text, known, '').text)

      expect([...sent, ...asked].filter((text) => !text.startsWith('35='))).toEqual([])
    },
  )
})

describe('docs/protocols/order-states.md', () => {
  it('has a row for each scenario, with its title, its file and its result, and no other', () => {
    const rows = [
      ...readFileSync(DOCUMENT, 'utf8').matchAll(
        /^\| ([A-L]\.\S+) +\| (.+?) +\| \[([\w-]+\.md)\]\(\.\.\/\.\.\/test\/order-states\/\3\) +\| (.+?) +\|$/gm,
      ),
    ].map((row) => row.slice(1).join(' | '))

    const wanted = scenarios.map(({ file, reference, title, result, reason }) =>
      [reference, title, file, reason === '' ? result : `${result}: ${reason}`].join(' | '),
    )
    expect(rows).toEqual(wanted)
  })
})
