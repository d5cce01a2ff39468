import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/e2e/assemblies.ts'],
    // A world waits for its worker threads most of the time, so a second file keeps the second core busy.
    maxWorkers: '100%',
    env: {
      CDK_VALIDATION: 'false',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
    testTimeout: 20_000,
    coverage: {
      provider: 'v8',
      include: ['core/**', 'aws/**', 'functions/**', 'infra/**', 'local/**'],
      exclude: ['local/cli/main.ts', 'local/lambda/worker.ts'],
      reporter: ['text-summary'],
      thresholds: {
        lines: 90,
        branches: 90,
        'core/**': { lines: 100, branches: 100, functions: 100, statements: 100 },
      },
    },
  },
});
