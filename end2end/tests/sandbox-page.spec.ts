// The sandbox's own page: state, clock and faults, under a person's hand.
import { accessible, expect, test } from '../fixtures/keyturn.ts';

test.beforeEach(async ({ page, keyturn }) => {
  await page.goto(`${keyturn.sandboxUrl}/_sandbox/`);
  await expect(page.getByText('41 secrets, 60 RAM users; in memory')).toBeVisible();
});

test('it shows each region, and passes axe in light and dark', async ({ page }) => {
  await expect(page.getByRole('row', { name: 'cn-hangzhou 20 1 1 1' })).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await accessible(page);
  }
});

test('the clock goes on, stands still and is set; what happens is listed', async ({ page }) => {
  await page.getByRole('button', { name: '30 days on' }).click();
  await expect(page.getByRole('status')).toHaveText('The clock went on by 30d.');
  await expect(page.getByRole('row', { name: /rotation-ended acs\/ram\/user\/payroll-exporter cn-hangzhou/ })).toBeVisible();
  await page.getByRole('button', { name: 'Freeze' }).click();
  await expect(page.getByText('frozen')).toBeVisible();
  await page.getByLabel('Set to (UTC)').fill('2030-01-01T00:00');
  await page.getByRole('button', { name: 'Set', exact: true }).click();
  await expect(page.getByText('2030-01-01 00:00:00 UTC')).toBeVisible();
  await page.getByRole('button', { name: 'Let it run' }).click();
  await expect(page.getByText('running')).toBeVisible();
});

test('a fault is added, hits a call that is listed, and is removed by keyboard', async ({ page, cloud }) => {
  await page.getByLabel('Action').fill('DescribeSecret');
  await page.getByRole('spinbutton', { name: /Status/ }).fill('503');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByText('error 503: any service, DescribeSecret, any region; until it is removed')).toBeVisible();
  expect(cloud.describe('cn-hangzhou', 'acs/ram/user/payroll-exporter').error).toBeTruthy();
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByRole('row', { name: /kms DescribeSecret 503 .*cn-hangzhou .*root/ }).first()).toBeVisible();
  await page.getByRole('button', { name: /Remove fault/ }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('None: every call is answered as it should be.')).toBeVisible();
});

test('a reset is asked for once more, and a refusal is said', async ({ page }) => {
  await page.getByLabel('Start again with').selectOption('nothing');
  page.once('dialog', (dialog) => dialog.dismiss());
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(page.getByText('41 secrets')).toBeVisible();
  page.once('dialog', (dialog) => dialog.accept());
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(page.getByText('0 secrets, 0 RAM users')).toBeVisible();
});
