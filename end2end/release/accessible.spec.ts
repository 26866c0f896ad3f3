// No rule of WCAG 2.2 AA that axe knows is broken: all pages × themes × languages.
import { accessible, expect, hydrated, test } from '../fixtures/keyturn.ts';
import { PAGES } from '../fixtures/pages.ts';

for (const language of ['en', 'zh-CN', 'ja']) {
  for (const theme of ['light', 'dark', 'high contrast'] as const) {
    test(`${language}, ${theme}`, async ({ page, allowErrors }) => {
      allowErrors(/404/);
      await page.emulateMedia({ colorScheme: theme === 'dark' ? 'dark' : 'light', forcedColors: theme === 'high contrast' ? 'active' : 'none' });
      await page.goto('/healthz');
      await page.evaluate((tag) => { document.cookie = `__Host-language=${tag}; Path=/; Secure`; }, language);
      for (const path of [...PAGES, '/_gallery']) {
        if (path === '/_gallery' && (await page.request.get(path)).status() === 404) continue;
        await page.goto(path);
        await hydrated(page);
        if (path !== '/_gallery') await expect(page.locator('.skeleton:visible')).toHaveCount(0);
        await accessible(page);
      }
    });
  }
}
