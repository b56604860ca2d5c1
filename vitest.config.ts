import { defineConfig } from 'vitest/config'

/** Folders of test/ whose tests are calculation only: they may share a process, which starts them faster. */
const PURE = ['book', 'domain', 'engine', 'fix', 'market-data', 'wire']
const inPure = PURE.map((folder) => `test/${folder}/**/*.test.ts`)

export default defineConfig({
  test: {
    globalSetup: ['test/support/run-folder.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Many a test waits for a process, a socket or a disk: a third has work for the processors meanwhile.
    maxWorkers: 3,
    projects: [
      { extends: true, test: { name: 'pure', include: inPure, isolate: false } },
      { extends: true, test: { name: 'edge', include: ['test/**/*.test.ts'], exclude: inPure } },
    ],
  },
})
