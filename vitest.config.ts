// Four rooms of tests: `unit` (no network, no emulator), `contract` (each port on its fake and on the real part), `e2e`,
// and `system` (programs that take long to fetch or build).
import { defineConfig } from 'vitest/config';

const common = { environment: 'node' as const, passWithNoTests: false };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          // Pure code and in-memory worlds: files share a worker's modules, which halves the time on two cores.
          isolate: false,
          maxWorkers: 2,
          // Whole years of virtual time and fuzzed folders, also on a machine that does other things.
          testTimeout: 30_000,
          include: ['test/**/*.test.ts'],
          exclude: ['test/contracts/**', 'test/e2e/**', 'test/system/**'],
        },
      },
      {
        test: {
          ...common,
          name: 'contract',
          include: ['test/contracts/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...common,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          ...common,
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
