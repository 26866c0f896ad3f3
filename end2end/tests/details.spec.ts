import { accessible, expect, hydrated, test } from '../fixtures/keyturn.ts';

test('details show what KMS and RAM say', async ({ page, cloud, sandbox }) => {
  await page.goto('/cn-hangzhou/secrets');
  await hydrated(page);
  await page.getByRole('row', { name: /payroll-exporter/ }).getByRole('link', { name: /^View/ }).click();
  await expect(page).toHaveURL('/cn-hangzhou/secrets/acs/ram/user/payroll-exporter');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();

  const described = cloud.describe('cn-hangzhou', 'acs/ram/user/payroll-exporter');
  await expect(page.getByText(described.Description!)).toBeVisible();
  await expect(page.getByText(described.DKMSInstanceId!)).toBeVisible();
  const keys = (await sandbox.accessKeys()).filter((key) => key.userName === 'payroll-exporter');
  for (const key of keys) await expect(page.getByText(key.accessKeyId)).toBeVisible();

  await page.getByRole('link', { name: 'Versions' }).click();
  await expect(page).toHaveURL(/tab=versions/);
  await expect(page.getByRole('row', { name: new RegExp(described.Versions![0].VersionId) })).toContainText('ACSCurrent');
  await accessible(page);
  await page.goBack();
  await expect(page.getByText('AccessKeys in RAM')).toBeVisible();
  await accessible(page);
});

test('a secret under rotation shows both of its AccessKeys and both stages', async ({ page }) => {
  await page.goto('/cn-hangzhou/secrets/acs/ram/user/image-resizer?tab=versions');
  await expect(page.getByText('ACSCurrent')).toBeVisible();
  await expect(page.getByText('ACSPrevious')).toBeVisible();
});

test('a failing rotation is said first, and what to do', async ({ page }) => {
  await page.goto('/cn-hangzhou/secrets/acs/ram/user/search-indexer');
  await expect(page.getByText(/^The AccessKey LTAI\w+ was made outside of KMS\./)).toBeVisible();
});

test('days left are reckoned from the clock of the sandbox', async ({ page, sandbox }) => {
  await sandbox.clock({ advance: '5d' });
  await page.goto('/cn-hangzhou/secrets/acs/ram/user/old-reports');
  await expect(page.getByText('This secret is deleted in 7 days.')).toBeVisible();
});

test('a secret that KMS calls unavailable says what to check', async ({ page, allowErrors }) => {
  allowErrors(/409/);
  const answer = await page.goto('/cn-shanghai/secrets/acs/ram/user/bonded-stock');
  expect(answer!.status()).toBe(409);
  await expect(page.getByRole('alert')).toContainText('Check that its KMS instance is running');
});

test('on a phone nothing of the details is cut off', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto('/cn-hangzhou/secrets/acs/ram/user/image-resizer');
  await hydrated(page);
  const button = await page.getByRole('link', { name: 'Plan Deletion Secret' }).boundingBox();
  expect(button!.x + button!.width).toBeLessThanOrEqual(390);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
