// The pictures of the documentation: the main pages in both themes, on a desk and on a phone.
import type { Page } from '@playwright/test';
import { expect, open, test } from '../fixtures/keyturn.ts';

const FOLDER = '../docs/screenshots';
const VIEWS: Record<string, { path: string; act?: (page: Page) => Promise<void> }> = {
  overview: { path: '/' },
  list: { path: '/cn-hangzhou/secrets' },
  details: { path: '/cn-hangzhou/secrets/acs/ram/user/image-resizer' },
  wizard: { path: '/cn-hangzhou/create-secret?user=checkout-api' },
  palette: {
    path: '/cn-hangzhou/secrets',
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('image');
      await expect(page.getByRole('option', { name: /image-resizer/ })).toBeVisible();
    },
  },
};

for (const [name, { path, act }] of Object.entries(VIEWS)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [device, viewport] of Object.entries({ desktop: { width: 1366, height: 820 }, phone: { width: 390, height: 844 } })) {
      test(`@docs ${name}, ${colorScheme}, ${device}`, async ({ browser, keyturn, sandbox }) => {
        await sandbox.clock({ frozen: true });
        const context = await browser.newContext({ baseURL: keyturn.url, colorScheme, viewport, timezoneId: 'UTC' });
        const page = await context.newPage();
        await open(page, path);
        await act?.(page);
        await page.screenshot({ path: `${import.meta.dirname}/../${FOLDER}/${name}-${colorScheme}-${device}.png` });
        await context.close();
      });
    }
  }
}
