// The overview of all regions, and the guard over a rotation that is under way.
import type { Page } from '@playwright/test';
import { accessible, expect, hydrated, test } from '../fixtures/keyturn.ts';

/** Opens it and has it read everything anew: what another test left is kept for a while. */
async function overview(page: Page, path = '/') {
  await page.goto(path);
  await hydrated(page);
  await page.getByRole('button', { name: 'Refresh' }).click();
  await settled(page);
}

async function settled(page: Page) {
  await expect(page.getByRole('progressbar')).toHaveCount(0);
}

const regionRow = (page: Page, name: string) => page.getByRole('table', { name: 'Regions' }).getByRole('row', { name: new RegExp(name) });

test('the first address is the overview: the worst first, and figures that lead to what they count', async ({ page }) => {
  await overview(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');
  await expect(page.getByRole('link', { name: 'Overview' })).toHaveAttribute('aria-current', 'page');
  const summary = page.getByRole('list', { name: 'All together' });
  await expect(summary.getByRole('listitem').filter({ hasText: 'Rotation failing' })).toContainText('2');
  await expect(summary.getByRole('listitem').filter({ hasText: 'Pending deletion' })).toContainText('3');

  const regions = page.getByRole('table', { name: 'Regions' }).getByRole('rowheader');
  await expect(regions).toHaveText([/China \(Hangzhou\)/, /China \(Shanghai\)/, /Singapore/]);
  await page.getByText('31 regions have no secrets').click();
  await expect(page.getByRole('link', { name: 'Japan (Tokyo)' })).toBeVisible();

  const attention = page.getByRole('table', { name: 'Needs attention' });
  await expect(attention.getByRole('row').nth(1)).toContainText('Rotation failing');
  await expect(attention.getByRole('row', { name: /beta-portal/ })).toContainText('Pending deletion');
  await accessible(page);

  await regionRow(page, 'cn-hangzhou').getByRole('link', { name: '2 Rotation off' }).click();
  await expect(page).toHaveURL('/cn-hangzhou/secrets?rotation=off');
  await expect(page.getByRole('row')).toHaveCount(3);
  await page.goBack();
  await attention.getByRole('link', { name: 'search-indexer' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('search-indexer');
});

test('a team has its own overview at an address', async ({ page }) => {
  await overview(page);
  await page.getByLabel('Only secrets tagged').selectOption('team:routing');
  await expect(page).toHaveURL('/?tag=team:routing');
  await expect(page.getByText('7 secrets', { exact: true }).first()).toBeVisible();
  await expect(regionRow(page, 'cn-hangzhou').getByRole('cell').nth(1)).toContainText('3');
  await regionRow(page, 'cn-hangzhou').getByRole('link', { name: 'China (Hangzhou)' }).focus();
  await page.reload();
  await expect(page.getByText('7 secrets', { exact: true }).first()).toBeVisible();
  await page.getByRole('link', { name: 'Remove the filter Tag: team:routing' }).click();
  await expect(page).toHaveURL('/');
  await expect(page.getByText('41 secrets', { exact: true }).first()).toBeVisible();
});

test('a region that does not answer is a row that says so, with the figures of before and their age', async ({ page, sandbox }) => {
  await overview(page);
  await sandbox.fault({ service: 'kms', action: 'ListSecrets', region: 'cn-shanghai', kind: 'error', status: 503, code: 'ServiceUnavailable' });
  await sandbox.fault({ service: 'kms', action: 'ListSecrets', region: 'ap-northeast-1', kind: 'error', status: 503, code: 'ServiceUnavailable' });
  await page.getByRole('button', { name: 'Refresh' }).click();
  const shanghai = regionRow(page, 'cn-shanghai');
  await expect(shanghai).toContainText('This region could not be read the last time.');
  await expect(shanghai).toContainText('1 Rotation failing');
  await expect(regionRow(page, 'ap-northeast-1')).toContainText('This region could not be read');
  await settled(page);
  // What failed alike is one message, with what the cloud said and another try.
  await expect(page.getByRole('alert')).toHaveCount(1);
  const alert = page.getByRole('alert').filter({ hasText: /not whole: (cn-shanghai, ap-northeast-1|ap-northeast-1, cn-shanghai) did not answer/ });
  await alert.getByText('Details', { exact: true }).click();
  await expect(alert).toContainText('ServiceUnavailable');
  await accessible(page);
  await sandbox.clearFaults();
  await alert.getByRole('button', { name: 'Try again' }).click();
  await expect(alert).toHaveCount(0);
  // The button that had the focus is gone with it.
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await expect(shanghai).not.toContainText('could not be read');
  // Where there are many of them, their rows name them.
  await sandbox.fault({ service: 'kms', action: 'ListSecrets', kind: 'error', status: 503, code: 'ServiceUnavailable' });
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByRole('alert').getByText('These figures are not whole: 34 regions did not answer the last time.')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(1);
  await sandbox.clearFaults();
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('reading on survives an answer that fails, also where the page does not refresh by itself', async ({ page, sandbox, allowErrors }) => {
  allowErrors(/503/);
  await page.addInitScript(() => localStorage.setItem('refresh', '0'));
  await sandbox.fault({ service: 'kms', action: 'DescribeSecret', kind: 'delay', millis: 300 });
  let failures = 0;
  await page.route('**/api/get-overview', async (route) => {
    if (failures++ === 1) await route.fulfill({ status: 503, json: { code: 'cloud_unreachable', message: 'm', hint: 'h', requestId: 'r' } });
    else await route.continue();
  });
  await page.goto('/');
  await hydrated(page);
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect.poll(() => failures, { timeout: 15_000 }).toBeGreaterThan(2);
  await expect(page.getByRole('progressbar')).toHaveCount(0, { timeout: 20_000 });
});

test('secrets whose details cannot be read are counted as such', async ({ page, sandbox }) => {
  await sandbox.fault({ service: 'kms', action: 'DescribeSecret', region: 'ap-southeast-1', kind: 'error', status: 403, code: 'Forbidden.NoPermission' });
  await overview(page);
  await expect(regionRow(page, 'ap-southeast-1')).toContainText('7 could not be read');
});

test('the next rotations are a picture, a table, and a calendar for other programs', async ({ page, cloud }) => {
  await overview(page);
  await expect(page.getByText(/^\d+ rotations in 35 days; the most on one day/)).toBeVisible();
  await page.getByText('The same as a table').click();
  const days = page.getByRole('table', { name: 'Next rotations' }).getByRole('row');
  expect(await days.count()).toBeGreaterThan(10);
  await accessible(page);
  const answer = await page.request.get('/rotations.ics?tag=team:people');
  expect(answer.headers()['content-type']).toContain('text/calendar');
  const text = (await answer.text()).replace(/\r\n /g, '');
  expect(text.match(/BEGIN:VEVENT/g)).toHaveLength(1);
  const next = cloud.describe('cn-hangzhou', 'acs/ram/user/payroll-exporter').NextRotationDate!;
  expect(text).toContain(`DTSTART:${next.replace(/[-:]/g, '')}`);
  expect(text).toContain('SUMMARY:acs/ram/user/payroll-exporter');
});

test('a region that is down takes no calendar away from the others, and a secret without its user is the worst', async ({ page, sandbox, cloud }) => {
  cloud.call('ram/UpdateUser', { UserName: 'tariff-sync', NewUserName: 'tariff-sync-2' });
  await overview(page);
  await expect(page.getByRole('table', { name: 'Needs attention' }).getByRole('row').nth(1)).toContainText('RAM user gone');
  await sandbox.fault({ service: 'kms', region: 'cn-shanghai', kind: 'error', status: 503, code: 'ServiceUnavailable' });
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByText('These figures are not whole: cn-shanghai did not answer the last time.')).toBeVisible();
  const answer = await page.request.get('/rotations.ics');
  expect(answer.status()).toBe(200);
  const text = (await answer.text()).replace(/\r\n /g, '');
  expect(text).toContain('acs/ram/user/payroll-exporter');
  expect(text).toMatch(/DESCRIPTION:These figures are not whole: cn-shanghai/);
});

test('what somebody changed outside of KMS needs attention, and what nobody has looked at is said', async ({ page, sandbox, cloud }) => {
  const [key] = (await sandbox.accessKeys()).filter((of) => of.userName === 'sg-notifier');
  cloud.call('ram/UpdateAccessKey', { UserName: 'sg-notifier', UserAccessKeyId: key.accessKeyId, Status: 'Inactive' });
  await sandbox.fault({ service: 'ram', action: 'ListAccessKeys', kind: 'delay', millis: 400 });
  await page.goto('/');
  await hydrated(page);
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByText(/^RAM was asked about the AccessKeys of \d+ of 37 secrets so far/)).toBeVisible();
  await sandbox.clearFaults();
  const row = page.getByRole('table', { name: 'Needs attention' }).getByRole('row', { name: /sg-notifier/ });
  await expect(async () => {
    await page.getByRole('button', { name: 'Refresh' }).click();
    await expect(row).toContainText('Changed outside KMS', { timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
  await expect(regionRow(page, 'ap-southeast-1')).toContainText('1 Changed outside KMS');
  // The page asks again by itself only after a while.
  await expect(async () => {
    await page.getByRole('button', { name: 'Refresh' }).click();
    await expect(page.getByText(/^RAM was asked about/)).toHaveCount(0, { timeout: 1_500 });
  }).toPass({ timeout: 25_000 });
});

test('nothing to see is no all-clear', async ({ page }) => {
  await overview(page, '/?tag=nope:nope');
  await expect(page.getByText('No secret has these tags, or there is none yet.')).toBeVisible();
  await expect(page.getByText(/every secret rotates/)).toHaveCount(0);
});

test('without JavaScript the overview is whole, and the tag is chosen by a form', async ({ browser, keyturn, page }) => {
  await overview(page);
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: keyturn.url });
  const plain = await context.newPage();
  await plain.goto('/');
  await expect(plain.getByRole('table', { name: 'Needs attention' })).toContainText('search-indexer');
  await plain.getByLabel('Only secrets tagged').selectOption('team:people');
  await plain.getByRole('button', { name: 'Apply' }).click();
  await expect(plain).toHaveURL(/\?tag=team/);
  await expect(plain.getByText('1 secret', { exact: true })).toBeVisible();
  await context.close();
});

test('on a phone the overview has nothing beyond its edge', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await overview(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test('what is due leads to the list of it', async ({ page }) => {
  await overview(page);
  await regionRow(page, 'cn-hangzhou').getByRole('link', { name: /Due within 7 days/ }).click();
  await expect(page).toHaveURL('/cn-hangzhou/secrets?rotation=due-soon');
  await expect(page.getByRole('link', { name: 'Remove the filter Rotation: Due within 7 days' })).toBeVisible();
  await expect(page.getByRole('row', { name: /stock-snapshots/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /payroll-exporter/ })).toHaveCount(0);
});

test('the guard: list and details say that the old AccessKey is still used, and when it is not', async ({ page, sandbox }) => {
  // The overview asks RAM for nothing: the list, opened right after it, still has to.
  await overview(page);
  await page.goto('/cn-hangzhou/secrets?q=image-resizer');
  await expect(page.getByRole('row', { name: /image-resizer/ })).toContainText('old AccessKey still used');
  await page.goto('/cn-hangzhou/secrets/acs/ram/user/image-resizer');
  await expect(page.getByText(/^The old AccessKey, LTAI\w+, is still used: it signed a call on/)).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'the current value' })).toContainText('never used');

  const [key] = (await sandbox.accessKeys()).filter((of) => of.userName === 'log-shipper');
  await page.goto('/cn-hangzhou/rotate-secret/acs/ram/user/log-shipper?over=details');
  await hydrated(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate Now' }).click();
  await expect(page.getByText(`The old AccessKey, ${key.accessKeyId}, works until about`)).toBeVisible();
  await sandbox.clock({ advance: '1m' });
  await sandbox.signedBy(key);
  await page.reload();
  await expect(page.getByText(`The old AccessKey, ${key.accessKeyId}, is still used`)).toBeVisible();
});

test('drift: what somebody changed outside of KMS is said, with the remedy', async ({ page, sandbox, cloud }) => {
  const at = (user: string) => `/cn-hangzhou/secrets/acs/ram/user/${user}`;
  const keyOf = async (user: string) => (await sandbox.accessKeys()).find((of) => of.userName === user)!.accessKeyId;
  await page.goto('/cn-hangzhou/secrets?q=search-indexer');
  await expect(page.getByRole('row', { name: /search-indexer/ })).toContainText('AccessKey made outside KMS');
  await accessible(page);
  await page.goto(at('search-indexer'));
  await expect(page.getByText(/^The AccessKey LTAI\w+ was made outside of KMS\. Nobody rotates it/)).toBeVisible();
  await expect(page.getByText(/not managed by KMS/)).toBeVisible();

  const current = await keyOf('log-shipper');
  cloud.call('ram/UpdateAccessKey', { UserName: 'log-shipper', UserAccessKeyId: current, Status: 'Inactive' });
  await page.goto(at('log-shipper'));
  await expect(page.getByText(`The current AccessKey, ${current}, is disabled in RAM`)).toBeVisible();
  await accessible(page);

  cloud.call('ram/DeleteAccessKey', { UserName: 'log-shipper', UserAccessKeyId: current });
  await page.goto(at('log-shipper'));
  await expect(page.getByText('RAM has no AccessKey that fits the current value')).toBeVisible();

  const row = page.getByRole('row', { name: /log-shipper/ });
  await page.goto('/cn-hangzhou/secrets?q=log-shipper');
  await expect(row).toContainText('AccessKey gone from RAM');

  cloud.call('ram/UpdateUser', { UserName: 'log-shipper', NewUserName: 'log-shipper-2' });
  await page.goto(at('log-shipper'));
  await expect(page.getByText('RAM has no user of this name any more')).toBeVisible();
});
