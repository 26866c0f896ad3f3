// No rule of WCAG 2.2 AA that axe knows is broken: all pages × themes × languages.
import { accessible, expect, open, speak, test } from '../fixtures/keyturn.ts';
import { PAGES } from '../fixtures/pages.ts';

for (const language of ['en', 'zh-CN', 'ja']) {
  for (const theme of ['light', 'dark', 'high contrast'] as const) {
    test(`${language}, ${theme}`, async ({ page, allowErrors }) => {
      allowErrors(/404/);
      await page.emulateMedia({ colorScheme: theme === 'dark' ? 'dark' : 'light', forcedColors: theme === 'high contrast' ? 'active' : 'none' });
      await speak(page, language);
      for (const path of PAGES) {
        await open(page, path);
        // All that is wrong at once: it takes a quarter of an hour to look again.
        await test.step(path, () => accessible(page, expect.soft));
      }
    });
  }
}
