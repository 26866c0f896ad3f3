// Real binary, real Chromium (Debian's), a port of its own for each worker: see fixtures/keyturn.ts.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'tests',
  outputDir: 'results',
  timeout: 30_000,
  expect: { timeout: 7_000 },
  fullyParallel: false,
  workers: 2,
  forbidOnly: true,
  retries: 0,
  reporter: [['list']],
  use: {
    launchOptions: {
      executablePath: process.env.TEST_CHROMIUM ?? '/usr/bin/chromium',
      // Chromium refuses its own sandbox to root.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
    viewport: { width: 1366, height: 820 },
    timezoneId: 'Europe/Stockholm',
    locale: 'en-GB',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
});
