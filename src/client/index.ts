export * from './book-view.ts'
export * from './feed-arbiter.ts'
export * from './feed-subscriber.ts'
export * from './market-view.ts'
