// On a slow connection: what is typed or chosen before the WASM has taken over is not lost.
import type { Page } from '@playwright/test';
import { expect, hydrated, test } from '../fixtures/keyturn.ts';

/** Holds the WASM back until it is let go, and each part of it for a moment; or other files. */
async function slow(page: Page, files = /\.wasm$/) {
  let letGo = () => {};
  const held = new Promise<void>((done) => { letGo = done; });
  await page.route(files, async (route) => {
    await held;
    await new Promise((done) => setTimeout(done, 150));
    await route.continue();
  });
  return () => letGo();
}

async function settled(page: Page) {
  await hydrated(page);
  await page.waitForTimeout(1_000);
}

test('a policy that is typed early is what is saved', async ({ page, cloud }) => {
  const letGo = await slow(page);
  await page.goto('/cn-hangzhou/edit-policy/acs/ram/user/payroll-exporter', { waitUntil: 'commit' });
  const field = page.getByLabel('Secret policy');
  const policy = JSON.parse(await field.inputValue());
  policy.Statement[0].Sid = 'early';
  await field.fill(JSON.stringify(policy));
  letGo();
  await settled(page);
  await expect(field).toHaveValue(JSON.stringify(policy));
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status')).toContainText('The policy of');
  const saved = JSON.parse(cloud.call('kms/GetSecretPolicy', { SecretName: 'acs/ram/user/payroll-exporter' }).Policy);
  expect(saved.Statement[0].Sid).toBe('early');
});

test('a policy that is typed in the very moment of taking over is what is saved', async ({ page, cloud }) => {
  await page.goto('/cn-hangzhou/edit-policy/acs/ram/user/payroll-exporter');
  const field = page.getByLabel('Secret policy');
  const policy = JSON.parse(await field.inputValue());
  policy.Statement[0].Sid = 'in-time';
  await hydrated(page);
  await field.fill(JSON.stringify(policy));
  await page.waitForTimeout(1_000);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status')).toContainText('The policy of');
  const saved = JSON.parse(cloud.call('kms/GetSecretPolicy', { SecretName: 'acs/ram/user/payroll-exporter' }).Policy);
  expect(saved.Statement[0].Sid).toBe('in-time');
});

test('what is typed before any script of the page has run stands, too', async ({ page }) => {
  // The page's own script comes after this one.
  const letGo = await slow(page, /page\.js$/);
  await page.goto('/cn-hangzhou/edit-policy/acs/ram/user/payroll-exporter', { waitUntil: 'commit' });
  const field = page.getByLabel('Secret policy');
  await field.fill('{"typed": "early"}');
  letGo();
  await settled(page);
  await expect(field).toHaveValue('{"typed": "early"}');
  await expect(page.getByText('"Version"'), 'and is checked').toBeVisible();
  await field.fill('');
  await page.waitForTimeout(500);
  await expect(field, 'and who empties it has emptied it').toHaveValue('');
});

test('days, a name and a method that are chosen early stand in the deletion', async ({ page }) => {
  const letGo = await slow(page);
  await page.goto('/cn-hangzhou/delete-secret/acs/ram/user/legacy-ftp', { waitUntil: 'commit' });
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'Delete Secret Immediately' }).check();
  letGo();
  await settled(page);
  await expect(dialog.getByRole('radio', { name: 'Delete Secret Immediately' })).toBeChecked();
  await expect(dialog.getByLabel('Secret name')).toBeVisible();
});

test('a period and details that are typed early are sent', async ({ page, cloud }) => {
  const letGo = await slow(page);
  await page.goto('/cn-hangzhou/change-rotation/acs/ram/user/price-engine', { waitUntil: 'commit' });
  await page.getByLabel('Rotation Period').fill('45');
  letGo();
  await settled(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status')).toContainText('is changed.');
  expect(cloud.describe('cn-hangzhou', 'acs/ram/user/price-engine').RotationInterval).toBe('3888000s');
});

test('a search, a filter and a region that are chosen early lead where they should', async ({ page }) => {
  let letGo = await slow(page);
  await page.goto('/cn-hangzhou/secrets', { waitUntil: 'commit' });
  await page.getByRole('searchbox').fill('invoice');
  letGo();
  await expect(page).toHaveURL('/cn-hangzhou/secrets?q=invoice');
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.unrouteAll({ behavior: 'wait' });

  letGo = await slow(page);
  await page.goto('/cn-hangzhou/secrets', { waitUntil: 'commit' });
  await page.getByLabel('Region').selectOption('cn-shanghai');
  letGo();
  await expect(page).toHaveURL('/cn-shanghai/secrets');
  await expect(page.getByRole('row', { name: /port-gateway/ })).toBeVisible();
  await page.unrouteAll({ behavior: 'wait' });
});

test('a wizard that is filled in early keeps it all', async ({ page }) => {
  const letGo = await slow(page);
  await page.goto('/cn-hangzhou/create-secret?user=checkout-api', { waitUntil: 'commit' });
  await page.getByLabel('Secret Description').fill('typed early');
  await page.getByLabel(/^Tags/).fill('team:early');
  letGo();
  await settled(page);
  await expect(page.getByLabel('Secret Description')).toHaveValue('typed early');
  await expect(page.getByLabel(/^Tags/)).toHaveValue('team:early');
});
