// AccessKeys by hand: those that nobody rotates, and the way through a leak. RAM's state is asked by the vendor's client.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import type { Cloud } from '../fixtures/cloud.ts';
import { accessible, expect, hydrated, test } from '../fixtures/keyturn.ts';

interface Key { AccessKeyId: string; Status: string }
const keysOf = (cloud: Cloud, user: string): Key[] => cloud.call('ram/ListAccessKeys', { UserName: user }).AccessKeys.AccessKey;

async function listed(page: Page, path = '/access-keys') {
  await page.goto(path);
  await hydrated(page);
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByText(/more may follow/)).toHaveCount(0);
}

test('AccessKeys that nobody rotates: by age, by silence, and those that a deletion leaves behind', async ({ page, sandbox, cloud }) => {
  await listed(page);
  await expect(page.getByText('22 AccessKeys of 19 RAM users')).toBeVisible();
  const first = page.getByRole('row').nth(1);
  await expect(page.getByRole('columnheader', { name: 'Created' })).toHaveAttribute('aria-sort', 'ascending');
  await expect(first).toContainText('capacity-planner');
  await expect(page.getByRole('row', { name: /old-reports/ })).toContainText('its secret, acs/ram/user/old-reports in cn-hangzhou, is about to be deleted');
  await expect(page.getByRole('row', { name: /payroll-exporter/ })).toHaveCount(0);
  await accessible(page);

  const [key] = (await sandbox.accessKeys()).filter((of) => of.userName === 'capacity-planner');
  await sandbox.signedBy(key);
  await page.getByRole('columnheader', { name: 'Last use' }).getByRole('link').click();
  await expect(page).toHaveURL(/sort=last-use/);
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByRole('row').last()).toContainText('capacity-planner');
  await expect(first).toContainText('Jun');

  await page.getByRole('searchbox').fill('pallet');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page).toHaveURL(/q=pallet/);
  await expect(page.getByRole('row')).toHaveCount(3);
  expect(keysOf(cloud, 'pallet-robots')).toHaveLength(2);
});

test('what a deleted secret leaves behind is known when it is gone for good', async ({ page, cloud }) => {
  await page.goto('/access-keys?q=label-printer');
  await expect(page.getByText('No AccessKey')).toHaveCount(0);
  await expect(page.getByRole('row', { name: /label-printer/ })).toHaveCount(0);
  cloud.call('kms/DeleteSecret', { SecretName: 'acs/ram/user/label-printer', ForceDeleteWithoutRecovery: 'true' });
  await hydrated(page);
  const row = page.getByRole('row', { name: /label-printer/ });
  await expect(async () => {
    await page.getByRole('button', { name: 'Refresh' }).click();
    await expect(row).toContainText('left behind: its secret, acs/ram/user/label-printer in cn-hangzhou, was deleted', { timeout: 1_500 });
  }).toPass({ timeout: 40_000 });
  await row.getByRole('link', { name: 'label-printer', exact: true }).click();
  await expect(page.getByRole('button', { name: /^Disable LTAI/ })).toBeVisible();
});

test('from an unmanaged AccessKey the wizard is one click away, prefilled', async ({ page }) => {
  await listed(page);
  await page.getByRole('row', { name: /checkout-api/ }).getByRole('link', { name: 'Create Secret for checkout-api' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create Secret' });
  await expect(dialog.getByRole('combobox', { name: 'Select RAM User' })).toHaveValue(/checkout-api/);
  await expect(dialog.getByLabel(/^LTAI/)).toBeVisible();
});

test('an AccessKey is disabled, enabled, disabled and deleted, each as RAM has it then', async ({ page, cloud, allowErrors }) => {
  allowErrors(/422|409/);
  const user = 'pallet-robots';
  const [, { AccessKeyId: id }] = keysOf(cloud, user);
  const status = () => keysOf(cloud, user).find((key) => key.AccessKeyId === id)?.Status;
  await page.goto(`/access-keys/${user}`);
  await hydrated(page);
  await accessible(page);
  await page.getByRole('button', { name: `Disable ${id}` }).click();
  await expect(page.getByRole('status')).toContainText(/Done: UpdateAccessKey Inactive, request ID [0-9A-F-]{36}\./);
  expect(status()).toBe('Inactive');
  await page.getByRole('button', { name: `Enable again ${id}` }).click();
  await expect(page.getByRole('button', { name: `Disable ${id}` })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  expect(status()).toBe('Active');
  await page.getByRole('button', { name: `Disable ${id}` }).click();

  const typed = page.getByLabel(`To delete it for good, type its ID: ${id}`);
  await typed.fill('LTAI5tSomethingElse');
  await page.getByRole('button', { name: `Delete AccessKey ${id}` }).click();
  await expect(page.getByText("This is not the AccessKey's ID.")).toBeVisible();
  await accessible(page);
  expect(status()).toBe('Inactive');
  await typed.fill(id);
  await page.getByRole('button', { name: `Delete AccessKey ${id}` }).click();
  await expect(page.getByText(id)).toHaveCount(0);
  expect(keysOf(cloud, user)).toHaveLength(1);
});

test('what reads a secret is not stopped: the current AccessKey cannot be disabled', async ({ page, cloud, allowErrors }) => {
  allowErrors(/409/);
  await page.goto('/access-keys/payroll-exporter');
  await hydrated(page);
  await expect(page.getByText('KMS manages this user by acs/ram/user/payroll-exporter in cn-hangzhou')).toBeVisible();
  await expect(page.getByText('The secret gives this AccessKey out')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Disable LTAI/ })).toHaveCount(0);
  const [key] = keysOf(cloud, 'payroll-exporter');
  const refused = await page.request.post('/access-keys/payroll-exporter', {
    form: { user: 'payroll-exporter', key: key.AccessKeyId, change: 'disable' }, headers: { 'sec-fetch-site': 'same-origin' },
  });
  expect(refused.status()).toBe(409);
  expect(await refused.text()).toContain('Rotate the secret first');
  expect(keysOf(cloud, 'payroll-exporter')[0].Status).toBe('Active');
});

test('a user that does not exist is said to be gone', async ({ page, allowErrors }) => {
  allowErrors(/404/);
  const answer = await page.goto('/access-keys/nobody');
  expect(answer!.status()).toBe(404);
  await expect(page.getByText('There is no RAM user “nobody”.')).toBeVisible();
});

test('after a leak: which AccessKey, rotate, watch, disable, delete, and the record of it', async ({ page, sandbox, cloud }) => {
  const user = 'log-shipper';
  const [old] = (await sandbox.accessKeys()).filter((of) => of.userName === user);
  await page.goto(`/cn-hangzhou/secrets/acs/ram/user/${user}`);
  await hydrated(page);
  await page.getByRole('link', { name: 'After a leak' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`After a leak: ${user}`);
  await accessible(page);
  await page.getByRole('link', { name: old.accessKeyId }).click();
  await expect(page).toHaveURL(`/cn-hangzhou/after-leak/acs/ram/user/${user}?key=${old.accessKeyId}`);
  const next = page.locator('li[aria-current=step]');
  await expect(next).toContainText('Rotate now');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await accessible(page);
  await next.getByRole('button', { name: 'Rotate Now' }).click();
  await expect(page.getByRole('status')).toContainText('Done: RotateSecret, request ID');
  // Silence takes as long as RAM's delay.
  await expect(next).toContainText('Watch the old AccessKey fall silent');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await sandbox.clock({ advance: '7h' });
  await page.reload();
  await expect(next).toContainText('Disable the old AccessKey');

  // The thief, and whoever else keeps it.
  await sandbox.signedBy(old);
  await page.reload();
  await hydrated(page);
  await expect(next).toContainText('Watch the old AccessKey fall silent');
  await expect(next).toContainText(`${old.accessKeyId} Active, last used`);
  await page.getByRole('button', { name: `Disable ${old.accessKeyId}` }).click();
  await expect(next).toContainText('Delete the old AccessKey');
  await accessible(page);
  expect(keysOf(cloud, user).find((key) => key.AccessKeyId === old.accessKeyId)!.Status).toBe('Inactive');

  await next.getByLabel(/^To delete it for good/).fill(old.accessKeyId);
  await next.getByRole('button', { name: `Delete AccessKey ${old.accessKeyId}` }).click();
  await expect(next).toContainText('Keep the record');
  const keys = keysOf(cloud, user);
  expect(keys).toHaveLength(1);
  expect(keys[0].AccessKeyId).not.toBe(old.accessKeyId);

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download the record' }).click();
  const record = JSON.parse(readFileSync(await (await download).path(), 'utf8'));
  expect(record.leakedAccessKeyId).toBe(old.accessKeyId);
  expect(record.steps.map((step: { action: string }) => step.action)).toEqual(['RotateSecret', 'UpdateAccessKey Inactive', 'DeleteAccessKey']);
  expect(record.steps[2].about).toBe(old.accessKeyId);
  const asked = await sandbox.calls();
  for (const step of record.steps) {
    expect(step.by).toMatch(/^acs:ram::1234567890123456:/);
    expect(asked.map((call) => (call as unknown as { requestId: string }).requestId)).toContain(step.requestId);
  }
  // KMS ends the rotation later; that its old key is gone already does no harm.
  await sandbox.clock({ advance: '3d' });
  expect(cloud.describe('cn-hangzhou', `acs/ram/user/${user}`).AutomaticRotation).toBe('Enabled');
  await page.reload();
  await hydrated(page);
  await expect(next).toContainText('Keep the record');
  // Another leak begins anew.
  await page.goto(`/cn-hangzhou/after-leak/acs/ram/user/${user}?key=${keys[0].AccessKeyId}`);
  await expect(next).toContainText('Rotate now');
});

test('a rotation that is under way for another reason may have made the AccessKey that got out', async ({ page, cloud }) => {
  await page.goto('/cn-hangzhou/after-leak/acs/ram/user/image-resizer');
  const current = keysOf(cloud, 'image-resizer')[1].AccessKeyId;
  await page.getByRole('link', { name: current }).click();
  await expect(page.locator('li[aria-current=step]')).toContainText('Rotate now');
});

test('after a leak only what was done is called done', async ({ page, cloud }) => {
  const step = (title: string) => page.locator('.runbook > li').filter({ has: page.getByRole('heading', { name: title }) });
  await page.goto('/cn-shanghai/after-leak/acs/ram/user/port-gateway?key=LTAI5tNoSuchKey');
  await expect(page.getByText('RAM has no AccessKey LTAI5tNoSuchKey of this user')).toBeVisible();
  for (const title of ['Rotate now', 'Watch the old AccessKey', 'Disable the old AccessKey']) await expect(step(title)).not.toContainText('Done');

  const foreign = keysOf(cloud, 'search-indexer')[1].AccessKeyId;
  await page.goto(`/cn-hangzhou/after-leak/acs/ram/user/search-indexer?key=${foreign}`);
  await expect(step('Rotate now')).toContainText('Not needed');
  await expect(step('Rotate now')).toContainText('is not a value that the secret gives out');
  await expect(step('Delete the old AccessKey')).toContainText('KMS will not');
  await hydrated(page);
  await page.getByRole('button', { name: `Disable ${foreign}` }).click();
  // It had been silent for days.
  await expect(step('Watch the old AccessKey')).toContainText('Done');
  await expect(step('Disable the old AccessKey')).toContainText('Done');
});

test('a value that leaks while a rotation is under way can be stopped at once, typed and undone', async ({ page, cloud, allowErrors }) => {
  allowErrors(/422|409/);
  const status = () => keysOf(cloud, 'image-resizer').map((key) => key.Status);
  const current = keysOf(cloud, 'image-resizer')[1].AccessKeyId;
  await page.goto(`/cn-hangzhou/after-leak/acs/ram/user/image-resizer?key=${current}`);
  await hydrated(page);
  await expect(page.getByText(/^A rotation is under way, and KMS takes no other/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Rotate Now' })).toHaveCount(0);
  const disable = page.getByRole('button', { name: `Disable ${current}` });
  await disable.click();
  await expect(page.getByText("This is not the AccessKey's ID. Type it exactly.")).toBeVisible();
  expect(status()).toEqual(['Active', 'Active']);
  await page.getByLabel('To disable it though a secret gives it out').fill(current);
  await accessible(page);
  await disable.click();
  await expect(page.getByText(/^This AccessKey is disabled: nobody can sign with it/)).toBeVisible();
  expect(status()).toEqual(['Active', 'Inactive']);
  await page.goto('/access-keys/image-resizer');
  await hydrated(page);
  await expect(page.getByRole('main')).toContainText('the current value');
  await page.getByRole('button', { name: `Enable again ${current}` }).click();
  await expect(page.getByText('The secret gives this AccessKey out')).toBeVisible();
  expect(status()).toEqual(['Active', 'Active']);
});

test('what cannot be told is not claimed: RAM does not answer, or a region does not', async ({ page, sandbox, cloud, allowErrors }) => {
  allowErrors(/409/);
  const outage = { service: 'ram', action: 'ListAccessKeys', kind: 'error', status: 503, code: 'ServiceUnavailable' };
  await sandbox.fault(outage);
  await page.goto('/cn-hangzhou/after-leak/acs/ram/user/image-resizer');
  await expect(page.getByText('RAM did not say which AccessKeys there are')).toBeVisible();
  await page.goto('/cn-hangzhou/secrets/acs/ram/user/image-resizer');
  await expect(page.getByText('RAM did not say which AccessKeys there are')).toBeVisible();
  await sandbox.clearFaults();

  // The secret that lives by this AccessKey is in a region that is down.
  const [{ AccessKeyId: id }] = keysOf(cloud, 'port-gateway');
  await sandbox.fault({ service: 'kms', action: 'ListSecrets', region: 'cn-shanghai', kind: 'error', status: 503, code: 'ServiceUnavailable' });
  await page.goto('/access-keys/port-gateway');
  await hydrated(page);
  await page.getByRole('button', { name: `Disable ${id}` }).click();
  await expect(page.getByRole('alert')).toContainText('It cannot be told now whether a secret lives by this AccessKey');
  expect(keysOf(cloud, 'port-gateway')[0].Status).toBe('Active');
});

test('an outage of RAM takes nothing away that is known, and a renamed user is warned of', async ({ page, sandbox, cloud }) => {
  await listed(page);
  await sandbox.fault({ service: 'ram', action: 'ListAccessKeys', kind: 'error', status: 503, code: 'ServiceUnavailable' });
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByText('22 AccessKeys of 19 RAM users')).toBeVisible();
  await sandbox.clearFaults();
  cloud.call('ram/UpdateUser', { UserName: 'kyc-archive', NewUserName: 'kyc-2' });
  await expect(async () => {
    await page.getByRole('button', { name: 'Refresh' }).click();
    await expect(page.getByText(/^These secrets name RAM users that do not exist: acs\/ram\/user\/kyc-archive\./)).toBeVisible({ timeout: 2_000 });
  }).toPass();
});

test('an empty name never means the console\'s own user', async ({ page, sandbox }) => {
  await page.goto('/access-keys');
  const ask = (path: string, data: object) => page.request.post(path, { data, headers: { 'sec-fetch-site': 'same-origin' } });
  for (const name of ['', ' ', 'a/b', 'x'.repeat(65)]) {
    expect((await ask('/api/get-ram-user', { user_name: name })).status()).toBe(404);
    expect((await ask('/api/change-access-key', { user_name: name, access_key_id: 'LTAI5tX', change: 'disable', typed_id: '' })).status()).toBe(404);
  }
  expect((await sandbox.calls()).filter((call) => call.action === 'UpdateAccessKey')).toEqual([]);
});

test('a step that is refused says why, and nothing is lost', async ({ page, allowErrors }) => {
  allowErrors(/409/);
  await page.goto('/cn-hangzhou/after-leak/acs/ram/user/search-indexer');
  await hydrated(page);
  await page.getByRole('listitem').filter({ hasText: 'the current value' }).getByRole('link').click();
  await page.getByRole('button', { name: 'Rotate Now' }).click();
  await expect(page.getByRole('alert')).toContainText('has a second AccessKey that KMS does not know');
  await page.getByRole('link', { name: /^All AccessKeys of this RAM user/ }).click();
  await expect(page).toHaveURL('/access-keys/search-indexer');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('AccessKeys are changed, and a leak is gone through, by plain forms', async ({ page, cloud, sandbox, allowErrors }) => {
    allowErrors(/422|409/);
    const [{ AccessKeyId: id }] = keysOf(cloud, 'chat-ops');
    await page.goto('/access-keys/chat-ops');
    await page.getByRole('button', { name: `Disable ${id}` }).click();
    await expect(page.getByRole('status')).toContainText('Done: UpdateAccessKey Inactive');
    await page.getByLabel(/^To delete it for good/).fill('wrong');
    await page.getByRole('button', { name: `Delete AccessKey ${id}` }).click();
    await expect(page.getByRole('alert').first()).toContainText('Some values are not accepted.');
    await expect(page.getByLabel(/^To delete it for good/)).toHaveValue('wrong');
    await page.getByLabel(/^To delete it for good/).fill(id);
    await page.getByRole('button', { name: `Delete AccessKey ${id}` }).click();
    await expect(page.getByText('This user has no AccessKey.')).toBeVisible();
    expect(keysOf(cloud, 'chat-ops')).toEqual([]);

    const [old] = (await sandbox.accessKeys()).filter((of) => of.userName === 'ci-artifacts');
    await page.goto('/cn-hangzhou/after-leak/acs/ram/user/ci-artifacts');
    await page.getByRole('link', { name: old.accessKeyId }).click();
    await page.getByRole('button', { name: 'Rotate Now' }).click();
    await expect(page.getByRole('status')).toContainText('Done: RotateSecret');
    await page.getByRole('button', { name: `Disable ${old.accessKeyId}` }).click();
    await expect(page).toHaveURL(`/cn-hangzhou/after-leak/acs/ram/user/ci-artifacts?key=${old.accessKeyId}`);
    expect(keysOf(cloud, 'ci-artifacts').find((key) => key.AccessKeyId === old.accessKeyId)!.Status).toBe('Inactive');
  });

  test('the wizard is prefilled from an unmanaged AccessKey', async ({ page }) => {
    await page.goto('/cn-hangzhou/create-secret?plain&user=checkout-api');
    await expect(page.getByLabel(/^LTAI/)).toBeVisible();
  });
});
