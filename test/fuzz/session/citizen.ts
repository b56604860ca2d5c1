/** A counterparty that does everything right, and must not notice what others do. */
import type { Dice } from '../../support/dice.ts'
import type { ExchangeStage, StageClient } from '../../support/exchange-stage.ts'
import { Finding } from '../parser/finding.ts'
import { HeardMessages, parseHeard } from './heard.ts'

const PRICES = ['182.50', '182.49', '182.51']

export class Citizen {
  readonly heard: HeardMessages
  private readonly stage: ExchangeStage
  private readonly client: StageClient
  private readonly dice: Dice
  private ids = 0

  constructor(stage: ExchangeStage, compId: string, dice: Dice) {
    this.stage = stage
    this.dice = dice
    this.heard = new HeardMessages(compId)
    this.client = stage.connect(compId)
  }

  async logOn(): Promise<void> {
    this.client.say('35=A|98=0|108=60')
    await this.hear()
  }

  /** Enters an order, which is accepted whatever else happens. */
  async trade(): Promise<void> {
    const { dice } = this
    const clOrdId = `G${++this.ids}`
    const terms = `54=${dice.pick(['1', '2'])}|38=${dice.between(1, 300)}|44=${dice.pick(PRICES)}`
    this.client.say(`35=D|11=${clOrdId}|55=AAPL|40=2|${terms}|60=20261123-14:30:00`)
    const answers = await this.hear()
    const isAccepted = answers.some((one) => one.value(11) === clOrdId && one.value(150) === '0')
    if (!isAccepted) throw new Finding('citizen', `${clOrdId} was not accepted`)
  }

  /** What has come unasked. */
  async hear() {
    await this.stage.settle()
    const messages = this.client.hear().map(parseHeard)
    for (const message of messages) {
      if (!'A80'.includes(message.msgType)) throw new Finding('citizen', message.text)
      this.heard.take(message)
    }
    return messages
  }
}
