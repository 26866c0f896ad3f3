// Pictures: the gallery beside its baselines (`make visual`), and those of the documentation (`make screenshots`). Baselines are
// of one version of the browser, which their folder names: another one draws letters in another way.
import { execFileSync } from 'node:child_process';
import { defineConfig } from '@playwright/test';
import config from './playwright.config.ts';

const browser = config.use!.launchOptions!.executablePath!;
const version = /(\d+)\./.exec(String(execFileSync(browser, ['--version'])))![1];

export default defineConfig({
  ...config,
  testDir: 'pictures',
  workers: 1,
  timeout: 60_000,
  snapshotPathTemplate: `{testDir}/chromium-${version}/{arg}{ext}`,
  expect: { toHaveScreenshot: { maxDiffPixelRatio: 0.001, animations: 'disabled' } },
});
