// Languages: who gets which, that every string is of the catalogue, and that layouts hold longer words and the other direction.
import type { Page } from '@playwright/test';
import { accessible, expect, hydrated, open, speak, test } from '../fixtures/keyturn.ts';
import { PAGES } from '../fixtures/pages.ts';

const MISSING = /nowhere|nobody/;

test('the browser\'s wish is followed, the person\'s choice goes before it and stays', async ({ browser, keyturn }) => {
  const context = await browser.newContext({ baseURL: keyturn.url, locale: 'ja-JP' });
  const page = await context.newPage();
  await open(page, '/cn-hangzhou/secrets?q=legacy');
  await expect(page.locator('html')).toHaveAttribute('lang', 'ja');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('シークレット');
  await page.locator('#language').selectOption({ label: '简体中文' });
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(page).toHaveURL('/cn-hangzhou/secrets?q=legacy');
  await hydrated(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('凭据');
  await expect(page.getByRole('link', { name: 'legacy-ftp', exact: true })).toBeVisible();
  await expect(page.locator('#region')).toContainText('华东1(杭州)');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await accessible(page);
  await context.close();
});

test('without JavaScript the language is chosen by a form', async ({ browser, keyturn }) => {
  const context = await browser.newContext({ baseURL: keyturn.url, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto('/cn-hangzhou/secrets/acs/ram/user/legacy-ftp');
  await page.getByLabel('Language').selectOption('ja');
  await page.locator('form', { has: page.locator('#language') }).getByRole('button').click();
  await expect(page).toHaveURL('/cn-hangzhou/secrets/acs/ram/user/legacy-ftp');
  await expect(page.locator('html')).toHaveAttribute('lang', 'ja');
  await context.close();
});

test('an address that is not ours is never where the choice leads', async ({ request, keyturn }) => {
  for (const [referer, to] of [['https://evil.example/x', '/'], [`${keyturn.url}//evil.example`, '/'], [`${keyturn.url}/access-keys?a=b`, '/access-keys?a=b']]) {
    const answer = await request.post('/language', {
      form: { language: 'ja' }, headers: { origin: keyturn.url, referer }, maxRedirects: 0,
    });
    expect(answer.status()).toBe(303);
    expect(answer.headers().location, referer).toBe(to);
  }
  expect((await request.post('/language', { form: { language: 'xx' }, headers: { origin: keyturn.url } })).status()).toBe(422);
  expect((await request.post('/language', { form: { language: 'ja' }, headers: { origin: 'https://evil.example' } })).status()).toBe(403);
});

test('what the server says is in the person\'s language too, also where another person\'s was read before', async ({ browser, keyturn, sandbox }) => {
  test.setTimeout(90_000);
  await sandbox.fault({ service: 'kms', action: '*', region: 'cn-shanghai', kind: 'error', status: 503, code: 'ServiceUnavailableTemporary' });
  const said: Record<string, string> = {};
  for (const locale of ['en-GB', 'zh-CN', 'ja-JP']) {
    const context = await browser.newContext({ baseURL: keyturn.url, locale });
    const page = await context.newPage();
    await open(page, '/');
    await page.locator('main .page-head:visible button').first().click();
    const row = page.getByRole('row').filter({ hasText: 'cn-shanghai' });
    await expect(row.locator('.failed')).toBeVisible({ timeout: 15_000 });
    said[locale] = await row.locator('.failed').innerText();
    await page.goto('/cn-shanghai/secrets');
    said[locale] += await page.getByRole('alert').first().innerText();
    await context.close();
  }
  expect(said['en-GB']).toContain('Alibaba Cloud failed to answer.');
  for (const locale of ['zh-CN', 'ja-JP']) expect(said[locale]).not.toContain('failed to answer');
  expect(new Set(Object.values(said)).size).toBe(3);
});

test('a date is written as the language writes it', async ({ browser, keyturn }) => {
  const context = await browser.newContext({ baseURL: keyturn.url, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  const page = await context.newPage();
  await open(page, '/cn-hangzhou/secrets?q=legacy');
  await expect(page.getByRole('row', { name: /legacy-ftp/ }).locator('time').first()).toContainText(/\d{4}年\d{1,2}月\d{1,2}日.*GMT\+8/);
  await context.close();
});

/** What people read on the page, but data: names, dates, code, and what is marked as another language. */
async function words(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const data = 'code, kbd, pre, details li > a, th small, time, .tag, option, script, style, noscript, [lang]:not(html), td a, th a, h1, textarea, .breadcrumb a, dd, .rows, title';
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.parentElement!.closest(data)) found.push(node.textContent!.trim());
    }
    for (const element of document.querySelectorAll('[aria-label], [placeholder]')) {
      found.push(element.getAttribute('aria-label') ?? '', element.getAttribute('placeholder') ?? '');
    }
    return found.filter((text) => /[A-Za-z]{2}/.test(text));
  });
}

test('every string is of the catalogue, and layouts hold words 60 % longer', async ({ page, allowErrors }) => {
  test.slow();
  test.setTimeout(120_000);
  allowErrors(/404/);
  await speak(page, 'en-XA');
  // Data that stands among the words: names of secrets, users and tags, regions, sizes, the vendor's words.
  const isData = /^(acs\/ram|[a-z0-9-]+:? ?[a-z0-9-]*$|LTAI|Keyturn$|AccessKey$|\(UTC\)|v?\d|Python SDK|Java SDK|Go SDK|Node\.js SDK|Terraform|Aliyun CLI|External Secrets|RAM policy|[a-z]+: [a-z]+)/;
  for (const path of PAGES) {
    await open(page, path);
    const foreign = (await words(page)).filter((text) => !/[àçéîñôšûýÀÇÉÎÑÔŠÛÝ]/.test(text) && !isData.test(text));
    expect.soft(foreign, `${path}: not in the catalogue`).toEqual([]);
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect.soft(wide, `${path} at ${width}: beyond the edge`).toBeLessThanOrEqual(0);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    if (MISSING.test(path)) expect(await page.title()).not.toBe('');
  }
});

test('from right to left every page holds', async ({ page, allowErrors }) => {
  test.slow();
  test.setTimeout(120_000);
  allowErrors(/404/);
  await speak(page, 'ar-XB');
  for (const path of PAGES) {
    await open(page, path);
    await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect.soft(wide, `${path} at ${width}: beyond the edge`).toBeLessThanOrEqual(0);
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await open(page, '/cn-hangzhou/secrets');
  const [bar, navigation] = await Promise.all([page.locator('.product').boundingBox(), page.locator('.side-navigation').boundingBox()]);
  expect(bar!.x, 'the product\'s name begins at the right').toBeGreaterThan(640);
  expect(navigation!.x).toBeGreaterThan(640);
});

// Each language its own sample for axe; all pages in all of them: make release-check.
for (const [sample, language] of [[0, 'zh-CN'], [3, 'ja']] as const) {
  test(`each page is whole in ${language}, and passes axe`, async ({ page, allowErrors }) => {
    test.setTimeout(120_000);
    allowErrors(/404/);
    await speak(page, language);
    for (const [index, path] of PAGES.entries()) {
      await open(page, path);
      await expect(page.locator('html')).toHaveAttribute('lang', language);
      const english = (await words(page)).filter((text) => /\b(the|of|and|is|to|no|not|are|a)\b/i.test(text));
      expect(english, path).toEqual([]);
      if (index % 4 === sample) await accessible(page);
    }
  });
}
