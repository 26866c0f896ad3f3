// What a release is held against in the browser: every page in every theme and language, and Lighthouse.
import { defineConfig } from '@playwright/test';
import config from './playwright.config.ts';

export default defineConfig({ ...config, testDir: 'release', timeout: 300_000 });
