// "Rotate Now" and "Change Rotation": what happens, what is said, and what the vendor's client finds afterwards.
import type { Page } from '@playwright/test';
import { accessible, expect, hydrated, test } from '../fixtures/keyturn.ts';

const REGION = 'cn-hangzhou';
const name = (user: string) => `acs/ram/user/${user}`;

async function choose(page: Page, user: string, action: string) {
  await page.goto(`/${REGION}/secrets`);
  await hydrated(page);
  await page.getByRole('button', { name: `More actions for ${name(user)}` }).click();
  await page.getByRole('menuitem', { name: action }).click();
  return page.getByRole('dialog', { name: action });
}

test('Change Rotation: the period is what KMS says afterwards', async ({ page, cloud }) => {
  const dialog = await choose(page, 'price-engine', 'Change Rotation');
  await expect(page).toHaveURL(`/${REGION}/change-rotation/${name('price-engine')}`);
  await expect(dialog.getByLabel('Rotation Period')).toHaveValue('7');
  await expect(dialog.getByText('Next rotations begin:')).toBeVisible();
  await accessible(page);
  await dialog.getByLabel('Rotation Period').fill('6');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByLabel('Rotation Period')).toBeFocused();
  await dialog.getByRole('button', { name: '30 days' }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status')).toContainText(`Rotation of ${name('price-engine')} is changed.`);
  await expect(page.getByRole('row', { name: /price-engine/ })).toContainText('Every 30 days');
  expect(cloud.describe(REGION, name('price-engine')).RotationInterval).toBe('2592000s');

  const again = await choose(page, 'price-engine', 'Change Rotation');
  await again.getByRole('radio', { name: 'Turn off automatic rotation' }).check();
  await again.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('row', { name: /price-engine/ })).toContainText('Rotation off');
  expect(cloud.describe(REGION, name('price-engine')).AutomaticRotation).toBe('Disabled');
});

test('Change Rotation warns when saving rotates at once, and shows that it did', async ({ page, cloud }) => {
  const dialog = await choose(page, 'stock-snapshots', 'Change Rotation');
  await expect(dialog.getByText('Saving rotates at once')).toHaveCount(0);
  await dialog.getByRole('button', { name: '7 days' }).click();
  await expect(dialog.getByText('Saving rotates at once')).toBeVisible();
  await accessible(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status')).toContainText('is changed, and KMS rotates it at once.');
  await expect(page.getByRole('row', { name: /stock-snapshots/ })).toContainText('Rotating');
  const stages = cloud.describe(REGION, name('stock-snapshots')).Versions!.flatMap((version) => version.VersionStages.VersionStage);
  expect(stages.sort()).toEqual(['ACSCurrent', 'ACSPrevious']);
});

test('Rotate Now: it has started, survives a reload, and ends when the old key is gone', async ({ page, sandbox, cloud }) => {
  const user = 'payroll-exporter';
  await page.goto(`/${REGION}/secrets/${name(user)}`);
  await hydrated(page);
  const [old] = (await sandbox.accessKeys()).filter((key) => key.userName === user);
  await page.getByRole('link', { name: 'Rotate Now' }).click();
  const dialog = page.getByRole('dialog', { name: 'Rotate Now' });
  await expect(dialog).toContainText(`${old.accessKeyId} Active, last used`);
  await accessible(page);
  await dialog.getByRole('button', { name: 'Rotate Now' }).dblclick();
  await expect(page.getByRole('status')).toContainText(`The rotation of ${name(user)} has started.`);
  await expect(page).toHaveURL(`/${REGION}/secrets/${name(user)}`);
  await expect(page.getByText(/^until about/)).toBeVisible();
  expect((await sandbox.calls()).filter((call) => call.action === 'RotateSecret'), 'a double click rotates once').toHaveLength(1);
  await page.reload();
  await expect(page.getByText(/^until about/)).toBeVisible();
  await expect(page.getByRole('main')).toContainText(old.accessKeyId);
  expect(cloud.describe(REGION, name(user)).Versions).toHaveLength(2);

  await page.getByRole('link', { name: 'Rotate Now' }).click();
  await expect(dialog).toContainText('A rotation is under way.');
  await expect(dialog.getByRole('button', { name: 'Rotate Now' })).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  await sandbox.clock({ advance: '48h' });
  await page.reload();
  await expect(page.getByText(/^until about/)).toHaveCount(0);
  await expect(page.getByRole('main')).not.toContainText(old.accessKeyId);
});

test('a year of rotations: each month another AccessKey, and the one before gone two days later', async ({ page, sandbox, cloud }) => {
  test.setTimeout(120_000);
  const user = 'tariff-sync';
  const keys = () => (cloud.call('ram/ListAccessKeys', { UserName: user }).AccessKeys.AccessKey as { AccessKeyId: string }[]).map((key) => key.AccessKeyId);
  const value = () => JSON.parse(cloud.call('kms/GetSecretValue', { SecretName: name(user) }).SecretData).AccessKeyId as string;
  const began = page.locator('dt', { hasText: 'Last rotation' }).locator('+ dd');
  const seen = new Set(keys());
  let [current] = keys();
  for (let month = 1; month <= 12; month += 1) {
    await sandbox.clock({ advance: month === 1 ? '27d' : '28d' });
    await page.goto(`/${REGION}/secrets/${name(user)}`);
    await expect(page.getByText(/^until about/), `month ${month}`).toBeVisible();
    const [before, next] = [current, value()];
    expect(seen.has(next), 'a new one each time').toBe(false);
    expect(keys().sort()).toEqual([before, next].sort());
    await expect(page.getByRole('listitem').filter({ hasText: next })).toContainText('the current value');
    const date = await began.innerText();

    await sandbox.clock({ advance: '2d' });
    await page.reload();
    await expect(page.getByText(/^until about/)).toHaveCount(0);
    await expect(page.getByRole('main')).not.toContainText(before);
    expect(keys()).toEqual([next]);
    expect(await began.innerText(), 'it has not rotated again').toBe(date);
    seen.add(next);
    current = next;
  }
  expect(seen.size).toBe(13);
});

test('Rotate Now tells when the old key was last used', async ({ page, sandbox }) => {
  const user = 'route-planner';
  const [key] = (await sandbox.accessKeys()).filter((key) => key.userName === user);
  await sandbox.signedBy(key);
  const dialog = await choose(page, user, 'Rotate Now');
  await expect(dialog.getByText(key.accessKeyId)).toBeVisible();
  await expect(dialog).toContainText('Active, last used');
});

test('a rotation whose answer is lost is one rotation, and told as started', async ({ page, sandbox, cloud }) => {
  await sandbox.fault({ service: 'kms', action: 'RotateSecret', kind: 'lose-answer', times: 1 });
  const dialog = await choose(page, 'backup-vault', 'Rotate Now');
  await dialog.getByRole('button', { name: 'Rotate Now' }).click();
  await expect(page.getByRole('status')).toContainText('has started');
  expect(cloud.describe(REGION, name('backup-vault')).Versions).toHaveLength(2);
});

test('a refusal for want of quota and an outcome that is not known are called that', async ({ page, sandbox, cloud, allowErrors }) => {
  allowErrors(/429|504/);
  await sandbox.fault({ service: 'kms', action: 'RotateSecret', kind: 'error', status: 429, code: 'Rejected.Throttling', times: 1 });
  const dialog = await choose(page, 'backup-vault', 'Rotate Now');
  await dialog.getByRole('button', { name: 'Rotate Now' }).click();
  await expect(dialog.getByRole('alert')).toContainText('An account has 50 an hour.');
  await sandbox.fault({ service: 'kms', action: 'RotateSecret', kind: 'drop', times: 1 });
  await dialog.getByRole('button', { name: 'Rotate Now' }).click();
  await expect(dialog.getByRole('alert')).toContainText('It is not known whether this was done');
  await expect(dialog.getByRole('alert')).not.toContainText('was not started');
  expect(cloud.describe(REGION, name('backup-vault')).Versions).toHaveLength(1);
});

test('Change Rotation of a secret whose rotation fails says so', async ({ page }) => {
  const dialog = await choose(page, 'search-indexer', 'Change Rotation');
  await expect(dialog).toContainText('Rotation fails: KMS cannot replace the AccessKey');
});

for (const [what, user, change, words] of [
  ['the RAM user is gone', 'log-shipper', (state: State) => { delete state.world.users['log-shipper']; }, 'The RAM user of this secret does not exist any more.'],
  ['there is no room for a key', 'search-indexer', () => {}, 'has a second AccessKey that KMS does not know'],
  ['the service role is missing', 'log-shipper', (state: State) => { state.world.account.roles = {}; }, 'its service role is missing'],
  ['it rotates already', 'driver-app', (state: State) => { state.world.secrets[REGION][name('driver-app')].rotating_until = '2099-01-01T00:00:00Z'; }, 'A rotation of this secret is under way.'],
] as const) {
  test(`a rotation that cannot start says why: ${what}`, async ({ page, sandbox, allowErrors }) => {
    allowErrors(/409/);
    const dialog = await choose(page, user, 'Rotate Now');
    const state = await sandbox.state();
    change(state);
    await sandbox.putState(state);
    await dialog.getByRole('button', { name: 'Rotate Now' }).click();
    await expect(page.getByRole('alert')).toContainText(words);
    await expect(dialog).toBeVisible();
  });
}

interface State {
  world: {
    users: Record<string, unknown>;
    account: { roles: object };
    secrets: Record<string, Record<string, { rotating_until: string | null }>>;
  };
}

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('Rotate Now and Change Rotation are pages whose forms post to themselves', async ({ page, cloud, allowErrors }) => {
    allowErrors(/422/);
    await page.goto(`/${REGION}/secrets/${name('price-engine')}`);
    await page.getByRole('link', { name: 'Change Rotation' }).click();
    await page.getByLabel('Rotation Period').fill('6');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByLabel('Rotation Period')).toHaveValue('6');
    await page.getByLabel('Unit').selectOption('hours');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page).toHaveURL(`/${REGION}/secrets/${name('price-engine')}`);
    await expect(page.getByRole('status')).toContainText('is changed.');
    expect(cloud.describe(REGION, name('price-engine')).RotationInterval).toBe('21600s');

    await page.goto(`/${REGION}/secrets/${name('ci-artifacts')}`);
    await page.getByRole('link', { name: 'Rotate Now' }).click();
    await page.getByRole('button', { name: 'Rotate Now' }).click();
    await expect(page.getByRole('status')).toContainText('has started');
    expect(cloud.describe(REGION, name('ci-artifacts')).Versions).toHaveLength(2);
  });
});
