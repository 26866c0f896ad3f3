// The keyboard alone: the palette, shortcuts, tables; the person's settings; and the word that Keyturn cannot be reached.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { accessible, expect, hydrated, open, start, test } from '../fixtures/keyturn.ts';

const LIST = '/cn-hangzhou/secrets';
const palette = (page: Page) => page.getByRole('dialog', { name: 'Search pages, secrets and actions' });

test('the palette finds a secret in any region, a page, a region and an action of the page', async ({ page }) => {
  await open(page, LIST);
  await page.keyboard.press('Control+k');
  await expect(palette(page).getByRole('combobox')).toBeFocused();
  await expect(palette(page).getByRole('group', { name: 'Actions on this page' }).getByRole('option').first()).toBeVisible();
  await accessible(page);
  await page.keyboard.type('invoice');
  const found = palette(page).getByRole('group', { name: 'Secrets' }).getByRole('option');
  await expect(found.first()).toContainText('invoice');
  await expect(palette(page).getByRole('status')).toContainText('Results:');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('invoice');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();

  // A secret of another region, by the arrows.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('a');
  await expect(palette(page).getByRole('option', { name: /ap-southeast-1|cn-shanghai/ }).first()).toBeVisible();
  await page.keyboard.press('ArrowUp');
  await expect(palette(page).getByRole('option', { selected: true })).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(palette(page)).toBeHidden();

  await page.keyboard.press('Control+k');
  await page.keyboard.type('create');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Create Secret' })).toBeVisible();
  await page.keyboard.press('Escape');

  await page.keyboard.press('Control+k');
  await page.keyboard.type('setup');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/setup');
  // Also on a page of the server's alone.
  await hydrated(page);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('singapore');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/ap-southeast-1/secrets');
});

test('the palette says that nothing is found, and that the secrets could not be searched', async ({ page, allowErrors }) => {
  allowErrors(/Failed to load resource/);
  await open(page, LIST);
  await page.getByRole('button', { name: /^Go to/ }).click();
  await page.keyboard.type('no-such-thing');
  await expect(palette(page).getByRole('status')).toHaveText('Nothing is found.');
  await page.route('**/api/find-secrets', (route) => route.fulfill({ status: 500, body: '{}' }));
  await page.keyboard.type('x');
  await expect(palette(page).getByRole('status')).toContainText('could not be searched');
});

test('single keys lead where the sheet says, and nowhere once they are switched off', async ({ page }) => {
  await open(page, '/cn-hangzhou/secrets/acs/ram/user/legacy-ftp');
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard and settings' });
  await expect(help).toBeVisible();
  await accessible(page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(page, 'one step back').toHaveURL('/cn-hangzhou/secrets');
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox').first()).toBeFocused();
  await page.keyboard.type('g?c');
  await expect(page.getByRole('searchbox').first(), 'who types types').toHaveValue('g?c');
  await page.getByRole('heading', { level: 1 }).focus();
  for (const [keys, address] of [['ga', '/activity'], ['gk', '/access-keys'], ['go', '/'], ['gs', /\/cn-hangzhou\/secrets/]] as const) {
    for (const key of keys) await page.keyboard.press(key);
    await expect(page).toHaveURL(address);
    await hydrated(page);
  }
  await page.keyboard.press('c');
  await expect(page.getByRole('dialog', { name: 'Create Secret' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Help' }).click();
  await help.getByLabel('Shortcuts of a single key').uncheck();
  await help.getByRole('button', { name: 'Close' }).click();
  await page.keyboard.press('?');
  await expect(help).toBeHidden();
  await page.reload();
  await hydrated(page);
  await page.keyboard.press('?');
  await expect(help).toBeHidden();
});

test('arrows go from row to row, and the space selects', async ({ page }) => {
  await open(page, LIST);
  const rows = page.locator('main tbody tr');
  await rows.nth(0).getByRole('link').first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(rows.nth(1).getByRole('link').first()).toBeFocused();
  await page.keyboard.press('End');
  await expect(rows.last().getByRole('link').first()).toBeFocused();
  await page.keyboard.press('Home');
  await expect(rows.nth(0).getByRole('link').first()).toBeFocused();

  await open(page, '/cn-hangzhou/bulk?tag=team:web');
  const box = page.locator('main tbody').getByRole('checkbox').first();
  const was = await box.isChecked();
  await box.focus();
  await page.keyboard.press('Space');
  await expect(box).toBeChecked({ checked: !was });
});

test('a moment is shown in the zone that the person chose, on every kind of page', async ({ page }) => {
  await open(page, '/cn-hangzhou/secrets/acs/ram/user/legacy-ftp');
  await expect(page.locator('main time').first()).toContainText(/CES?T|GMT\+[12]/);
  await page.getByRole('button', { name: 'Help' }).click();
  await page.getByLabel('Time zone').selectOption('Asia/Tokyo');
  await expect(page.locator('html')).toHaveAttribute('data-zone', 'Asia/Tokyo');
  await expect(page.locator('main time').first()).toContainText(/JST|GMT\+9/);
  await page.goto('/setup');
  await page.goto('/activity');
  await hydrated(page);
  const moments = page.locator('main time');
  if (await moments.count()) await expect(moments.first()).toContainText(/JST|GMT\+9/);
});

test('what was said can be read again', async ({ page }) => {
  await open(page, '/cn-hangzhou/restore-secret/acs/ram/user/old-reports');
  await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  await expect(page.getByRole('status').first()).toContainText('old-reports');
  await page.goto('/activity');
  await page.getByRole('button', { name: 'Help' }).click();
  await expect(page.locator('#messages li').first()).toContainText('old-reports');
});

test('a server that is gone is said to be, what was typed stays, and its return is said', async ({ page, allowErrors }) => {
  test.setTimeout(60_000);
  allowErrors(/Failed to load resource|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_SOCKET/);
  const data = mkdtempSync(join(tmpdir(), 'keyturn-gone-'));
  const settings = { KEYTURN_SANDBOX_DATA: join(data, 'sandbox.json') };
  let console = await start(4480, data, settings);
  await page.goto(`${console.url}/cn-hangzhou/edit-secret/acs/ram/user/legacy-ftp`);
  await hydrated(page);
  const field = page.getByRole('dialog').getByLabel('Secret Description');
  await field.fill('typed while it was there');
  await console.stop();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  const word = page.locator('#unreachable');
  await expect(word).toContainText('Keyturn cannot be reached.');
  await expect(field).toHaveValue('typed while it was there');
  console = await start(4480, data, settings);
  await expect(word).toHaveText(/^Keyturn answers again\./, { timeout: 20_000 });
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status').first()).toContainText('legacy-ftp');
  await console.stop();
  rmSync(data, { recursive: true });
});

test('what lies over the page below is one key away, and so is the way back; Esc there is about that', async ({ page }) => {
  await open(page, LIST);
  const link = page.locator('main tbody tr').nth(3).getByRole('link').first();
  await link.focus();
  await page.keyboard.press('Space');
  const bar = page.getByRole('group', { name: 'Selection' });
  await expect(bar).toContainText('1 of 20 selected');
  await page.keyboard.press('F6');
  await expect(bar.getByRole('link', { name: 'Act on the selected' })).toBeFocused();
  await page.keyboard.press('F6');
  await expect(link).toBeFocused();
  // Filtered away, it is still said; and its end is said, too.
  await page.getByRole('searchbox').fill('payroll');
  await expect(bar).toContainText('1 of 20 selected, 1 of them not shown here');
  await page.getByRole('searchbox').fill('');
  await expect(bar).not.toContainText('not shown');

  await page.getByRole('link', { name: 'legacy-ftp', exact: true }).click();
  await page.getByRole('link', { name: 'Plan Deletion Secret' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  const toast = page.locator('#toast');
  await expect(toast).toBeVisible();
  await page.keyboard.press('F6');
  await expect(toast.getByRole('link', { name: 'Restore Secret' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(toast).toBeHidden();
  await expect(page).toHaveURL(/secrets\/acs\/ram\/user\/legacy-ftp/);
  // The way to undo it is kept with what was said.
  await page.keyboard.press('?');
  await expect(page.locator('#messages').getByRole('link', { name: 'Restore Secret' })).toBeVisible();
});
