import { defineConfig } from 'vitest/config'

/** Folders of test/ whose tests leave nothing behind in their process: they share it, and start faster. */
const SHARED = [
  'book',
  'domain',
  'engine',
  'fix',
  'fix-sessions',
  'fuzz',
  'itch-feed',
  'journal',
  'market-data',
  'order-states',
  'reference',
  'runtime',
  'simulation',
  'wire',
]
const shared = SHARED.map((folder) => `test/${folder}/**/*.test.ts`)

export default defineConfig({
  test: {
    globalSetup: ['test/support/run-folder.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Many a test waits for a process, a socket or a disk: a third has work for the processors meanwhile.
    maxWorkers: 3,
    projects: [
      { extends: true, test: { name: 'shared', include: shared, isolate: false } },
      { extends: true, test: { name: 'alone', include: ['test/**/*.test.ts'], exclude: shared } },
    ],
  },
})
