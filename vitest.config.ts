import { defineConfig } from 'vitest/config'

/** What replaces a module for everybody in its process. */
const alone = ['test/client/recording-writer.test.ts']

export default defineConfig({
  test: {
    globalSetup: ['test/support/run-folder.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Many a test waits for a process, a socket or a disk: a third has work for the processors meanwhile.
    maxWorkers: 3,
    projects: [
      // Loading the sources for each file anew takes as long as half of all tests.
      {
        extends: true,
        test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: alone, isolate: false },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
})
