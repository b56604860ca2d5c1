/** What the commands that show the feed say about it on standard error. */
import type { FeedState, MarketView } from '../client/index.ts'

/** How the feed was heard, when a command ends. */
export function sumUp(feed: FeedState, market: MarketView): void {
  process.stderr.write(`${summary(feed, market)}\n`)
}

export function summary(feed: FeedState, { problems, breachedLevel }: MarketView): string {
  const { messages, gaps, recovered, lost, snapshots } = feed.statistics
  const found = Object.entries(problems).filter(([, count]) => count > 0)
  const wrong = found.map(([name, count]) => ` · ${name} ${count}`).join('')
  const session = feed.session === '' ? 'no session name' : (feed.session ?? 'no session yet')
  const restored = snapshots === 0 ? '' : ` · ${snapshots} snapshots`
  const breaker = breachedLevel === '' ? '' : ` · breaker level ${breachedLevel} reached`
  return `${session} · ${messages} messages · ${gaps} gaps · ${recovered} recovered · ${lost} lost${restored}${breaker}${wrong}`
}

/** Why a server gives nothing for now. */
export const sayTryingAgain = (reason: string): void =>
  void process.stderr.write(`${reason}: trying again\n`)
