// How a dialog is left, what is heard of it, and what happens in and around one while Keyturn cannot be reached.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessible, expect, hydrated, open, start, test } from '../fixtures/keyturn.ts';

const SECRET = 'acs/ram/user/payroll-exporter';
const DETAILS = `/cn-hangzhou/secrets/${SECRET}`;

test('Esc leaves a dialog as Cancel does, and the focus goes back to what had opened it', async ({ page }) => {
  await open(page, DETAILS);
  const opener = page.getByRole('link', { name: 'Change Rotation' });
  for (const leave of ['Escape', 'Cancel'] as const) {
    await opener.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Change Rotation' });
    await expect(dialog.getByRole('heading', { level: 2 })).toBeFocused();
    if (leave === 'Escape') await page.keyboard.press('Escape');
    else await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(dialog).toBeHidden();
    await expect(opener, leave).toBeFocused();
  }
});

test('what was typed into a dialog is not thrown away without a question', async ({ page, cloud }) => {
  await open(page, DETAILS);
  await page.getByRole('link', { name: 'Edit Details' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit Details' });
  await dialog.getByLabel('Secret Description').fill('a long text');
  const question = page.getByRole('dialog', { name: 'Discard what you entered?' });
  await page.keyboard.press('Escape');
  await expect(question).toBeVisible();
  await expect(question.getByRole('button', { name: 'Keep editing' })).toBeFocused();
  await accessible(page);
  await page.keyboard.press('Enter');
  await expect(question).toBeHidden();
  await expect(dialog.getByLabel('Secret Description')).toHaveValue('a long text');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await question.getByRole('button', { name: 'Discard' }).click();
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL(DETAILS);
  expect(cloud.describe('cn-hangzhou', SECRET).Description).not.toContain('a long text');
  // Where nothing was typed there is nothing to ask.
  await page.getByRole('link', { name: 'Edit Details' }).click();
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('what is said while a modal dialog is open is said in it: the rest of the page is not heard then', async ({ page }) => {
  await open(page, `/cn-hangzhou/change-rotation/${SECRET}`);
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Rotation Period').fill('0');
  for (const _ of ['once', 'and once more']) {
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog.locator(':scope > [aria-live]')).toHaveText('Some values are not accepted. Correct the marked fields and try again.');
  }
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator('.status'), 'what was said of the last page is gone').not.toContainText('not accepted');
});

test('while Keyturn cannot be reached that stands over a dialog, and whoever goes somewhere gets there afterwards', async ({ page, allowErrors }) => {
  test.setTimeout(90_000);
  allowErrors(/Failed to load resource|ERR_|Failed to fetch/);
  const data = mkdtempSync(join(tmpdir(), 'keyturn-gone-'));
  let console = await start(4484, data);
  await page.goto(`${console.url}/cn-hangzhou/secrets`);
  await hydrated(page);
  await console.stop();
  // Its code is not there, and cannot be had.
  await page.getByRole('link', { name: 'AccessKeys' }).click();
  const word = page.locator('#unreachable');
  await expect(word).toContainText('Keyturn cannot be reached.');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Secrets');
  await page.getByRole('link', { name: 'Activity' }).click();
  await expect(page, 'not even a page of the server’s').toHaveURL(/\/cn-hangzhou\/secrets$/);
  await expect(page.getByRole('rowheader').first()).toBeVisible();
  console = await start(4484, data);
  await expect(word).toHaveText(/^Keyturn answers again\./, { timeout: 20_000 });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('AccessKeys that nobody rotates', { timeout: 20_000 });

  await page.goto(`${console.url}/cn-hangzhou/create-secret`);
  await hydrated(page);
  await console.stop();
  await page.getByRole('combobox', { name: 'Select RAM User' }).click();
  await expect(word).toContainText('Keyturn cannot be reached.');
  // Of what is in the top layer, the last that came is on top.
  const isOnTop = () => word.evaluate((it) => it.matches(':popover-open'));
  expect(await isOnTop()).toBe(true);
  // And covers no button of the dialog.
  const [notice, next] = await Promise.all([word.boundingBox(), page.getByRole('button', { name: 'Next' }).boundingBox()]);
  expect(notice!.y + notice!.height).toBeLessThan(next!.y);
  await expect(page.getByRole('dialog').locator(':scope > [aria-live]')).toContainText('cannot be reached');
  console = await start(4484, data);
  await expect(word).toHaveText(/^Keyturn answers again\./, { timeout: 20_000 });
  expect(await isOnTop()).toBe(true);
  await console.stop();
  rmSync(data, { recursive: true });
});

test('work over many secrets whose page is left says that it stands still, and leads back', async ({ page, sandbox }) => {
  await sandbox.fault({ service: 'kms', action: 'TagResource', kind: 'delay', millis: 1_500 });
  await open(page, '/cn-hangzhou/bulk?tag=team:routing');
  await page.getByRole('radio', { name: 'Add a tag' }).check();
  await page.getByLabel('Tag (key:value)').fill('seen:2026');
  await page.getByRole('button', { name: /: \d+ secrets?$/ }).click();
  await expect(page.getByRole('heading', { level: 2, name: /Add a tag/ }), 'where the button was is nothing any more').toBeFocused();
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');
  const word = page.getByRole('link', { name: /Work over many secrets stands still/ });
  await expect(word).toBeVisible();
  await accessible(page);
  await word.click();
  await expect(page.getByRole('status').first()).toContainText('The run has ended', { timeout: 20_000 });
  await expect(word).toBeHidden();
});

test('a dialog that was opened by its address lies over the list', async ({ page }) => {
  for (const dialog of ['rotate-secret', 'change-rotation', 'edit-secret', 'edit-policy', 'delete-secret']) {
    await page.goto(`/cn-hangzhou/${dialog}/acs/ram/user/legacy-ftp`);
    await expect(page.getByRole('dialog')).toBeVisible();
    await expect(page.locator('main table')).toBeVisible();
    await hydrated(page);
    await expect(page.locator('main table')).toBeVisible();
  }
});

test('what hinders leads on: out of the deletion window, and to what the secret returns to', async ({ page }) => {
  await open(page, '/cn-hangzhou/rotate-secret/acs/ram/user/old-reports');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('link', { name: 'Restore Secret' }).click();
  await expect(page.getByRole('dialog', { name: 'Restore Secret' })).toContainText('It rotates again as before.');
});

test('a result that is dismissed leaves the focus at the heading of the page that is shown', async ({ page }) => {
  await page.goto('/cn-hangzhou/secrets/acs/ram/user/legacy-ftp');
  await hydrated(page);
  await page.getByRole('link', { name: 'Edit Details' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit Details' });
  await dialog.getByLabel('Description').fill('Dismissed');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'legacy-ftp' })).toBeFocused();
});
