// What goes wrong around a person: others act on the same secret, it vanishes, its user does, a region is down, a clock is
// wrong. Each ends with a true statement on the page, and with what the vendor's client finds.
import type { Page } from '@playwright/test';
import { expect, hydrated, test } from '../fixtures/keyturn.ts';

const REGION = 'cn-hangzhou';
const name = (user: string) => `acs/ram/user/${user}`;
const at = (user: string) => `/${REGION}/secrets/${name(user)}`;

async function open(page: Page, dialog: string, user: string) {
  await page.goto(`/${REGION}/${dialog}/${name(user)}`);
  await hydrated(page);
  return page.getByRole('dialog');
}

test('two people rotate the same secret: one rotation, and the other is told', async ({ page, context, cloud, sandbox, allowErrors }) => {
  allowErrors(/409/);
  const other = await context.newPage();
  const mine = await open(page, 'rotate-secret', 'tariff-sync');
  const theirs = await open(other, 'rotate-secret', 'tariff-sync');
  await theirs.getByRole('button', { name: 'Rotate Now' }).click();
  await expect(other.getByRole('status')).toContainText('has started');
  await mine.getByRole('button', { name: 'Rotate Now' }).click();
  await expect(mine.getByRole('alert')).toContainText('A rotation of this secret is under way.');
  await expect(mine.getByRole('alert')).toContainText('Wait until the old AccessKey is gone');
  expect(cloud.describe(REGION, name('tariff-sync')).Versions).toHaveLength(2);
  expect((await sandbox.calls()).filter((call) => call.action === 'RotateSecret' && call.status === 200)).toHaveLength(1);
});

test('what somebody plans to delete meanwhile is not changed, and the page says why', async ({ page, cloud, allowErrors }) => {
  allowErrors(/409/);
  const dialog = await open(page, 'change-rotation', 'tariff-sync');
  await dialog.getByRole('button', { name: '90 days' }).click();
  cloud.call('kms/DeleteSecret', { SecretName: name('tariff-sync'), RecoveryWindowInDays: '7' });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('alert')).toContainText('The secret is in its deletion window.');
  await expect(dialog.getByLabel('Rotation Period'), 'nothing typed is lost').toHaveValue('90');

  const rotate = await open(page, 'rotate-secret', 'tariff-sync');
  await expect(rotate).toContainText('This secret is planned to be deleted. Restore it first.');
  await expect(rotate.getByRole('button', { name: 'Rotate Now' })).toHaveAttribute('aria-disabled', 'true');
});

test('two people plan a deletion: the second is told what is so', async ({ page, cloud, allowErrors }) => {
  allowErrors(/409/);
  const dialog = await open(page, 'delete-secret', 'tariff-sync');
  cloud.call('kms/DeleteSecret', { SecretName: name('tariff-sync'), RecoveryWindowInDays: '20' });
  const planned = cloud.describe(REGION, name('tariff-sync')).PlannedDeleteTime;
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect(dialog.getByRole('alert')).toContainText('The secret is in its deletion window.');
  expect(cloud.describe(REGION, name('tariff-sync')).PlannedDeleteTime, 'their date stands').toBe(planned);
});

test('what vanishes between the list and the act is said to be gone, whatever the act', async ({ page, cloud, allowErrors }) => {
  allowErrors(/404/);
  for (const [path, user, button] of [
    ['rotate-secret', 'route-planner', 'Rotate Now'],
    ['change-rotation', 'driver-app', 'Save'],
    ['delete-secret', 'backup-vault', 'OK'],
  ] as const) {
    const dialog = await open(page, path, user);
    await expect(dialog.getByRole('button', { name: button, exact: true })).toBeEnabled();
    if (path === 'change-rotation') await dialog.getByRole('button', { name: '90 days' }).click();
    cloud.call('kms/DeleteSecret', { SecretName: name(user), ForceDeleteWithoutRecovery: 'true' });
    await dialog.getByRole('button', { name: button, exact: true }).click();
    await expect(dialog.getByRole('alert'), path).toContainText('What was asked for does not exist.');
    await expect(dialog.getByRole('alert'), path).toContainText('It may have been deleted');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.goto(`/${REGION}/secrets?q=${user}`);
    await expect(page.getByRole('row', { name: new RegExp(user) })).toHaveCount(0);
  }
});

test('the RAM user is deleted while its secret rotates', async ({ page, sandbox, cloud }) => {
  const user = 'ci-artifacts';
  // Over the details: the list keeps what RAM said for a quarter of a minute.
  await page.goto(`/${REGION}/rotate-secret/${name(user)}?over=details`);
  await hydrated(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate Now' }).click();
  await expect(page.getByRole('status')).toContainText('has started');
  const keys = (await sandbox.accessKeys()).filter((key) => key.userName === user);
  expect(keys).toHaveLength(2);
  for (const key of keys) cloud.call('ram/DeleteAccessKey', { UserName: user, UserAccessKeyId: key.accessKeyId });
  cloud.call('ram/DeleteUser', { UserName: user });

  const row = page.getByRole('row', { name: new RegExp(user) });
  await page.goto(`/${REGION}/secrets?q=${user}`);
  await expect(row).toContainText('RAM user gone');
  await page.goto(at(user));
  await expect(page.getByText('RAM has no user of this name any more')).toBeVisible();
  // Its time comes, and the next one fails: that is said, and neither takes the other's word away.
  await sandbox.clock({ advance: '15d' });
  expect(cloud.describe(REGION, name(user)).AutomaticRotation).toBe('Invalid');
  await page.reload();
  await expect(page.getByText('RAM has no user of this name any more')).toBeVisible();
  await expect(page.getByRole('main')).toContainText('Rotation failing');
});

test('half of a run is throttled: it takes longer, and all of it is done', async ({ page, sandbox, cloud, allowErrors }) => {
  allowErrors(/429/);
  await sandbox.fault({ service: 'kms', action: 'TagResource', kind: 'error', status: 429, code: 'Rejected.Throttling', share: 0.5 });
  await page.goto(`/${REGION}/bulk?tag=team:platform`);
  await hydrated(page);
  await page.getByRole('radio', { name: 'Add a tag' }).check();
  await page.getByLabel('Tag (key:value)').fill('seen:2026');
  await page.getByRole('button', { name: 'Add a tag: 4 secrets' }).click();
  await expect(page.getByText('4 done, 0 failed, 0 skipped, 0 waiting.').first()).toBeVisible({ timeout: 40_000 });
  const answers = (await sandbox.calls()).filter((call) => call.action === 'TagResource').map((call) => call.status);
  expect(answers.filter((status) => status === 429).length).toBeGreaterThanOrEqual(2);
  for (const user of ['legacy-ftp', 'backup-vault', 'log-shipper', 'ci-artifacts']) {
    const described = cloud.describe(REGION, name(user)) as Record<string, any>;
    expect(described.Tags.Tag).toContainEqual({ TagKey: 'seen', TagValue: '2026' });
  }
});

test('a wrong clock of the machine is called that', async ({ page, sandbox, allowErrors }) => {
  allowErrors(/502/);
  const fault = { status: 400, code: 'InvalidTimeStamp.Expired', kind: 'error' };
  await sandbox.fault({ service: 'kms', action: '*', ...fault });
  await page.goto('/ap-northeast-1/secrets');
  await expect(page.getByRole('alert')).toContainText('refuses the time of the machine that Keyturn runs on');
  await expect(page.getByRole('alert')).toContainText('Set its clock (NTP)');
  await sandbox.clearFaults();
  await hydrated(page);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a region that is down for the whole time costs its own row, and says so on each of its pages', async ({ page, sandbox, allowErrors }) => {
  allowErrors(/50[0-9]/);
  await sandbox.fault({ service: 'kms', action: '*', region: 'cn-shanghai', kind: 'error', status: 503, code: 'ServiceUnavailableTemporary' });
  await page.goto('/cn-shanghai/secrets?q=port');
  await hydrated(page);
  for (const _ of [1, 2]) {
    await expect(page.getByRole('alert')).toContainText('Alibaba Cloud failed to answer.', { timeout: 15_000 });
    await page.getByRole('button', { name: 'Try again' }).click();
  }
  await expect(page.getByRole('alert')).toContainText('Alibaba Cloud failed to answer.', { timeout: 15_000 });
  await expect(page.getByRole('searchbox')).toHaveValue('port');

  await page.goto('/cn-shanghai/secrets/acs/ram/user/port-gateway');
  await expect(page.getByRole('alert')).toContainText('Alibaba Cloud failed to answer.', { timeout: 15_000 });

  await page.goto('/');
  await hydrated(page);
  await page.getByRole('button', { name: 'Refresh' }).click();
  const regions = page.getByRole('table', { name: 'Regions' });
  await expect(regions.getByRole('row', { name: /cn-shanghai/ })).toContainText('could not be read', { timeout: 20_000 });
  await expect(page.getByRole('alert')).toContainText(/cn-shanghai did not answer the last time\.\s*Alibaba Cloud failed to answer\./);
  await expect(regions.getByRole('row', { name: /cn-hangzhou/ })).toContainText('2 Rotation off');
  await page.goto(at('log-shipper'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('log-shipper');
});

test('where looking takes a while the frame is there at once, and what was found follows by itself', async ({ page, sandbox }) => {
  await sandbox.fault({ service: 'kms', action: 'ListSecrets', kind: 'delay', millis: 4_000 });
  const before = Date.now();
  await page.goto('/setup');
  await expect(page.getByText(/^Being looked at/)).toBeVisible();
  expect(Date.now() - before).toBeLessThan(3_000);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Setup');
  await expect(page.getByRole('table', { name: 'Prerequisites' })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/^Being looked at/)).toHaveCount(0);
});
