// Every component in its states, in each way of looking at it.
import type { BrowserContextOptions } from '@playwright/test';
import { expect, hydrated, test } from '../fixtures/keyturn.ts';

const WAYS: Record<string, BrowserContextOptions & { language?: string }> = {
  light: {},
  dark: { colorScheme: 'dark' },
  'high-contrast': { forcedColors: 'active' },
  'right-to-left': { language: 'ar-XB' },
  narrow: { viewport: { width: 390, height: 800 } },
};

for (const [name, { language, ...options }] of Object.entries(WAYS)) {
  test(name, async ({ browser, keyturn }) => {
    const context = await browser.newContext({ baseURL: keyturn.url, timezoneId: 'UTC', ...options });
    if (language) await context.addCookies([{ name: '__Host-language', value: language, url: keyturn.url.replace('http:', 'https:'), secure: true }]);
    const page = await context.newPage();
    await page.goto('/_gallery');
    await hydrated(page);
    await expect(page.getByRole('main')).toHaveScreenshot(`gallery-${name}.png`);
    await context.close();
  });
}
