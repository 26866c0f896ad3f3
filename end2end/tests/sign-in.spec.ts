// Signing in with a local account; what each role sees; a session that ends while somebody works; and that no secret is
// anywhere it must not be.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { accessible, expect, hydrated, start, test as base, type Console, Sandbox } from '../fixtures/keyturn.ts';

const PASSWORD = 'canary-password-Zq7 of four words';
const SECRET = 'acs/ram/user/payroll-exporter';
const LIST = '/cn-hangzhou/secrets';

interface Own extends Console { data: string; log: string; link: string; signedIn: (name: string) => Promise<Page> }

/** A console with sign-in of its own for each test, its log at the most verbose level. */
const test = base.extend<{ own: Own }>({
  own: async ({ browser }, use, info) => {
    const data = mkdtempSync(join(tmpdir(), 'keyturn-'));
    const log = join(data, 'log');
    const settings = { KEYTURN_AUTH: 'local', KEYTURN_LOG: 'trace' };
    const { output, stop, ...console } = await start(4500 + info.parallelIndex * 2, data, settings, log);
    const link = output.match(/http\S+token=\w+/)![0];
    const contexts: BrowserContext[] = [];
    const signedIn = async (name: string) => {
      const context = await browser.newContext({ baseURL: console.url });
      contexts.push(context);
      const page = await context.newPage();
      await page.goto('/sign-in');
      await signIn(page, name);
      return page;
    };
    await use({ ...console, data, log, link, signedIn });
    for (const context of contexts) await context.close();
    await stop();
    rmSync(data, { recursive: true });
  },
  baseURL: async ({ own }, use) => use(own.url),
});

async function signIn(page: Page, name: string, password = PASSWORD) {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function choosePassword(page: Page, link: string, password = PASSWORD) {
  await page.goto(link);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Password once more').fill(password);
  await page.getByRole('button', { name: 'Save the password' }).click();
}

/** An account, made and granted as an administrator does it, with its password chosen by its owner. */
async function member(admin: Page, browser: Browser, name: string, group: string) {
  await admin.goto('/access');
  await admin.getByText('New account').click();
  const form = admin.locator('form[action="/access/create-account"]');
  await form.getByLabel('Name').fill(name);
  await form.getByLabel('Groups').fill(group);
  await form.getByRole('button', { name: 'Create account' }).click();
  const link = await admin.getByRole('textbox', { name: 'one-time link' }).inputValue();
  const context = await browser.newContext();
  await choosePassword(await context.newPage(), link);
  await context.close();
}

async function grant(admin: Page, role: string, group: string, names = '') {
  await admin.goto('/access');
  await admin.getByText('New rule').click();
  const form = admin.locator('form[action="/access/create-grant"]');
  await form.getByLabel('Role').selectOption(role);
  await form.getByLabel('Group').fill(group);
  await form.getByLabel('Names').fill(names);
  await form.getByRole('button', { name: 'Create rule' }).click();
  await expect(admin.getByRole('button', { name: `Delete the rule of ${group}` })).toBeVisible();
}

function sql(own: Own, statement: string) {
  const script = 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()';
  execFileSync('python3', ['-c', script, join(own.data, 'keyturn.db'), statement]);
}

test('the first administrator chooses a password and comes back to where they wanted to go', async ({ page, own, allowErrors }) => {
  allowErrors(/404|422/);
  await page.goto(`${LIST}?q=pay`);
  await expect(page).toHaveURL(/\/sign-in\?return_to=/);
  await accessible(page);
  await page.goto(own.link);
  await accessible(page);
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByLabel('Password once more').fill('short');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('at least 12 characters');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Password once more').fill(`${PASSWORD}!`);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('not the same');
  await choosePassword(page, own.link);
  await expect(page).toHaveURL('/sign-in');
  await page.goto(own.link);
  await expect(page.getByRole('heading', { name: 'This link does not open any more' })).toBeVisible();

  await page.goto(`${LIST}?q=pay`);
  await signIn(page, 'admin', 'wrong');
  await expect(page.getByRole('alert')).toContainText('Name or password is wrong');
  await expect(page.getByLabel('Name')).toHaveValue('admin');
  await expect(page.getByLabel('Password')).toBeFocused();
  // By keyboard alone.
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`${LIST}?q=pay`);
  await expect(page.getByRole('row', { name: /payroll-exporter/ })).toBeVisible();
  await hydrated(page);

  await page.getByRole('link', { name: 'admin' }).click();
  await expect(page.getByRole('heading', { name: 'Your account' })).toBeVisible();
  await accessible(page);
  await page.getByRole('link', { name: 'Activity' }).click();
  await expect(page.getByRole('row').nth(1)).toContainText('Sign in');
  await expect(page.getByRole('row', { name: /Refused/ })).toContainText('admin');
  await accessible(page);
  await page.getByRole('link', { name: 'Access', exact: true }).click();
  await accessible(page);
  await page.getByRole('link', { name: 'admin' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto('/');
  await expect(page).toHaveURL(/sign-in/);
});

test('each sees and does what the rules say, and nothing of the rest', async ({ page, browser, own, allowErrors }) => {
  allowErrors(/403|404/);
  await choosePassword(page, own.link);
  await signIn(page, 'admin');
  await member(page, browser, 'eva', 'payments');
  await grant(page, 'operator', 'payments', 'acs/ram/user/pay*');
  await member(page, browser, 'nora', 'none');

  const eva = await own.signedIn('eva');
  await eva.goto(LIST);
  await hydrated(eva);
  await expect(eva.getByRole('row', { name: /payroll-exporter/ })).toBeVisible();
  await expect(eva.getByRole('row')).toHaveCount(2);
  await expect(eva.locator('.count')).toContainText(/^1 secret/);
  await expect(eva.getByRole('link', { name: 'Access', exact: true })).toHaveCount(0);
  await eva.goto(`${LIST}/acs/ram/user/legacy-ftp`);
  await expect(eva.getByRole('main')).toContainText('There is no secret');
  await eva.goto('/');
  await expect(eva.getByRole('main')).not.toContainText('legacy-ftp');
  await eva.goto(`/cn-hangzhou/change-rotation/${SECRET}`);
  await hydrated(eva);
  await eva.getByRole('dialog').getByRole('button', { name: '30 days' }).click();
  await eva.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(eva.getByRole('status')).toContainText('is changed');

  const nora = await own.signedIn('nora');
  await nora.goto(LIST);
  await expect(nora.getByRole('main')).toContainText('You may not do this.');
  await nora.goto('/account');
  await expect(nora.getByRole('main')).toContainText('Nobody has granted you anything yet');

  await page.goto('/activity');
  const change = page.getByRole('row').filter({ hasText: 'Change rotation' });
  await expect(change).toContainText('eva');
  await expect(change).toContainText(SECRET);
  await change.getByText('Change rotation').click();
  await expect(change).toContainText('rotationSeconds');
  await expect(change).toContainText('local:eva');
  await page.getByLabel('Outcome').selectOption('Refused');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/outcome=refused/);
  await expect(page.getByRole('row').filter({ hasText: 'List secrets' }).first()).toContainText('nora');

  // A rule that is gone is gone at once.
  await page.goto('/access');
  await page.getByRole('button', { name: 'Delete the rule of payments' }).click();
  await expect(page.getByRole('button', { name: 'Delete the rule of payments' })).toHaveCount(0);
  await eva.goto(LIST);
  await expect(eva.getByRole('main')).toContainText('You may not do this.');
});

test('a session that ends while somebody types: they sign in beside it, and it goes on', async ({ page, own, allowErrors }) => {
  allowErrors(/401/);
  await choosePassword(page, own.link);
  await signIn(page, 'admin');
  await page.goto(`/cn-hangzhou/edit-secret/${SECRET}`);
  await hydrated(page);
  await page.getByLabel('Secret Description').fill('typed before the session ended');
  sql(own, 'DELETE FROM sessions');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  const ended = page.getByRole('dialog', { name: 'Your session has ended' });
  await expect(ended).toBeVisible();
  await accessible(page);
  const [door] = await Promise.all([page.context().waitForEvent('page'), ended.getByRole('link', { name: 'Sign in' }).click()]);
  await signIn(door, 'admin');
  await expect(door.getByRole('heading', { name: 'You are signed in' })).toBeVisible();
  await door.close();
  await expect(ended).toBeHidden();
  await page.goto(`${LIST}/${SECRET}`);
  await expect(page.getByRole('main')).toContainText('typed before the session ended');
});

test('who signs in beside a page of somebody else does not act for them', async ({ page, browser, own, allowErrors }) => {
  allowErrors(/401|403/);
  await choosePassword(page, own.link);
  await signIn(page, 'admin');
  await member(page, browser, 'eva', 'payments');
  await grant(page, 'operator', 'payments', 'acs/ram/user/pay*');
  const eva = await own.signedIn('eva');
  await eva.goto(`/cn-hangzhou/delete-secret/${SECRET}`);
  await hydrated(eva);
  sql(own, "DELETE FROM sessions WHERE person = 'local:eva'");
  await eva.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  const ended = eva.getByRole('dialog', { name: 'Your session has ended' });
  const [door] = await Promise.all([eva.context().waitForEvent('page'), ended.getByRole('link', { name: 'Sign in' }).click()]);
  await signIn(door, 'admin');
  await expect(door.getByRole('heading', { name: 'You are signed in' })).toBeVisible();
  await expect(eva.getByRole('link', { name: 'admin' })).toBeVisible();
  await page.goto('/activity?event=delete_secret');
  await expect(page.getByRole('main')).toContainText('No activity');
});

test('what cannot be undone asks who it is, once the sign-in is a while ago', async ({ page, own, allowErrors }) => {
  allowErrors(/403|422/);
  await choosePassword(page, own.link);
  await signIn(page, 'admin');
  await page.goto(`/cn-hangzhou/rotate-secret/${SECRET}`);
  await hydrated(page);
  sql(own, 'UPDATE sessions SET privileged_until_ms = 0');
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate Now' }).click();
  const confirm = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await expect(confirm).toBeVisible();
  // Called off, nothing happens, and that is said.
  await confirm.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('alert')).toContainText('your last sign-in is a while ago');
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate Now' }).click();
  const [door] = await Promise.all([page.context().waitForEvent('page'), confirm.getByRole('link', { name: 'Sign in' }).click()]);
  await expect(door.getByLabel('Name')).toHaveValue('admin');
  await door.getByLabel('Password').fill('wrong');
  await door.getByRole('button', { name: 'Sign in' }).click();
  await expect(door.getByRole('alert')).toContainText('wrong');
  await door.getByLabel('Password').fill(PASSWORD);
  await door.getByRole('button', { name: 'Sign in' }).click();
  await expect(door.getByRole('heading', { name: 'You are signed in' })).toBeVisible();
  await expect(page.getByRole('status').first()).toContainText(/rotat/i);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });
  test('one signs in, sees the activity, and signs out', async ({ page, own }) => {
    await choosePassword(page, own.link);
    await page.goto('/activity?event=sign_in');
    await signIn(page, 'admin');
    await expect(page).toHaveURL('/activity?event=sign_in');
    await expect(page.getByRole('row').nth(1)).toContainText('Sign in');
    await page.goto('/account');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  });
});

test('s53 no secret is in a log, an address, the page, its storage or the database', async ({ page, own, playwright }) => {
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url()));
  await choosePassword(page, own.link);
  await signIn(page, 'admin');
  const request = await playwright.request.newContext();
  const sandbox = new Sandbox(own.sandboxUrl, request);
  const key = (await sandbox.accessKeys()).find((of) => of.userName === 'checkout-api')!;
  await page.goto('/cn-hangzhou/create-secret');
  await hydrated(page);
  await page.getByRole('combobox', { name: 'Select RAM User' }).fill('checkout-api');
  await page.getByRole('option', { name: /^checkout-api/ }).click();
  await page.getByLabel(key.accessKeyId).fill(key.accessKeySecret);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'OK' }).click();
  await expect(page.getByRole('dialog', { name: 'Created successfully' })).toBeVisible();
  const session = (await page.context().cookies()).find((cookie) => cookie.name === '__Host-session')!.value;
  const link = new URL(own.link).searchParams.get('token')!;
  const seen = [await page.content(), await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, document.cookie]))];
  await page.goto('/activity');
  seen.push(await page.content(), (await page.request.get('/activity.jsonl')).ok() ? await (await page.request.get('/activity.jsonl')).text() : '');
  const files = readdirSync(own.data).map((file) => readFileSync(join(own.data, file), 'latin1'));
  const canaries = { password: PASSWORD, 'AccessKey secret': key.accessKeySecret, session };
  for (const [what, canary] of Object.entries(canaries)) {
    for (const text of [...seen, ...files, ...addresses]) expect(text.includes(canary), `the ${what} is in ${text.slice(0, 60)}`).toBe(false);
    expect(addresses.some((address) => address.includes(encodeURIComponent(canary))), `the ${what} in an address`).toBe(false);
  }
  // The one-time link is an address by its nature; nothing keeps it.
  for (const text of [...seen, ...files]) expect(text.includes(link)).toBe(false);
  expect(readFileSync(own.log, 'utf8').length, 'the log was verbose').toBeGreaterThan(10_000);
  await request.dispose();
});
