// The manual's sections "Delete a dynamic RAM secret" and "Restore a dynamic RAM secret", step by step.
import type { Page } from '@playwright/test';
import { accessible, expect, hydrated, test } from '../fixtures/keyturn.ts';

const REGIONS = { 'cn-hangzhou': 'route-planner', 'cn-shanghai': 'customs-edi' } as const;

async function choose(page: Page, name: string, action: string) {
  await page.getByRole('link', { name: 'Secrets', exact: true }).first().click();
  await page.getByRole('button', { name: `More actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

for (const [region, user] of Object.entries(REGIONS)) {
  const name = `acs/ram/user/${user}`;
  test.describe(`in ${region}`, () => {
    test('Delete a dynamic RAM secret: Plan Deletion Secret, then Restore a dynamic RAM secret', async ({ page, cloud }) => {
      await page.goto(`/${region}/secrets`);
      await hydrated(page);
      await choose(page, name, 'Plan Deletion Secret');
      const dialog = page.getByRole('dialog', { name: 'Delete Secret' });
      await expect(page).toHaveURL(`/${region}/delete-secret/${name}`);
      await expect(dialog.getByRole('radio', { name: 'Plan Deletion Secret' })).toBeChecked();
      await accessible(page);
      await dialog.getByLabel('Delete In (7-30 days)').fill('10');
      await dialog.getByRole('button', { name: 'OK' }).click();
      await expect(page.getByRole('status')).toContainText(`${name} is deleted on`);
      const row = page.getByRole('row', { name: new RegExp(user) });
      await expect(row).toContainText('Pending deletion');
      await expect(row).toContainText('10 days left');
      const pending = cloud.describe(region, name);
      expect(Date.parse(pending.PlannedDeleteTime!) - Date.now()).toBeGreaterThan(9.9 * 86_400_000);

      await choose(page, name, 'Restore Secret');
      const restore = page.getByRole('dialog', { name: 'Restore Secret' });
      await accessible(page);
      await restore.getByRole('button', { name: 'OK' }).click();
      await expect(page.getByRole('status')).toContainText(`${name} is restored. Its AccessKey is there in RAM, and enabled.`);
      await expect(row).toContainText('Normal');
      expect(cloud.describe(region, name).PlannedDeleteTime).toBeUndefined();
    });

    test('Delete a dynamic RAM secret: Delete Secret Immediately', async ({ page, cloud, sandbox }) => {
      await page.goto(`/${region}/secrets`);
      await hydrated(page);
      await choose(page, name, 'Plan Deletion Secret');
      const dialog = page.getByRole('dialog', { name: 'Delete Secret' });
      await dialog.getByRole('radio', { name: 'Delete Secret Immediately' }).check();
      await dialog.getByRole('button', { name: 'OK' }).click();
      await expect(dialog.getByLabel('Secret name')).toBeFocused();
      await expect(dialog.getByLabel('Secret name')).toHaveAccessibleDescription(/This is not the secret's name/);
      await dialog.getByLabel('Secret name').fill(name);
      await accessible(page);
      await dialog.getByRole('button', { name: 'OK' }).click();
      await expect(page.getByRole('status')).toContainText(`${name} is deleted.`);
      await expect(page.getByRole('row', { name: new RegExp(user) })).toHaveCount(0);
      expect(cloud.describe(region, name).error).toContain('Forbidden.ResourceNotFound');
      const keys = await sandbox.accessKeys();
      expect(keys.filter((key) => key.userName === user), 'the AccessKey pair stays in RAM').toHaveLength(1);
    });
  });
}

test('days outside 7 to 30 are refused where they stand, and nothing is sent', async ({ page, sandbox }) => {
  await page.goto('/cn-hangzhou/delete-secret/acs/ram/user/route-planner');
  await hydrated(page);
  const dialog = page.getByRole('dialog', { name: 'Delete Secret' });
  for (const days of ['6', '31', '', '7.5']) {
    await dialog.getByLabel('Delete In (7-30 days)').fill(days);
    await dialog.getByRole('button', { name: 'OK' }).click();
    await expect(dialog.getByText('Enter a whole number of days from 7 to 30.')).toBeVisible();
  }
  expect((await sandbox.calls()).some((call) => call.action === 'DeleteSecret')).toBe(false);
});

test('an error stays in the dialog with what was typed', async ({ page, sandbox, cloud, allowErrors }) => {
  allowErrors(/429|502/);
  await page.goto('/cn-hangzhou/delete-secret/acs/ram/user/route-planner');
  await hydrated(page);
  for (const status of [429, 500]) {
    await sandbox.clearFaults();
    await sandbox.fault({ service: 'kms', action: 'DeleteSecret', kind: 'error', status });
    const dialog = page.getByRole('dialog', { name: 'Delete Secret' });
    await dialog.getByLabel('Delete In (7-30 days)').fill('14');
    await dialog.getByRole('button', { name: 'OK' }).click();
    await expect(dialog.getByRole('alert')).toContainText('The secret was not deleted');
    await expect(dialog.getByLabel('Delete In (7-30 days)')).toHaveValue('14');
    expect(cloud.describe('cn-hangzhou', 'acs/ram/user/route-planner').PlannedDeleteTime).toBeUndefined();
  }
});

test('an answer that comes too late is settled by a look, and reported as what happened', async ({ page, sandbox, cloud }) => {
  await page.goto('/cn-hangzhou/delete-secret/acs/ram/user/route-planner');
  await hydrated(page);
  await sandbox.fault({ service: 'kms', action: 'DeleteSecret', kind: 'delay', millis: 20_000, times: 1 });
  await page.getByRole('button', { name: 'OK' }).click();
  await expect(page.getByRole('status')).toContainText('is deleted on', { timeout: 15_000 });
  expect(cloud.describe('cn-hangzhou', 'acs/ram/user/route-planner').PlannedDeleteTime).toBeTruthy();
});

test('a deletion that is on its way is waited for', async ({ page, sandbox }) => {
  await page.goto('/cn-hangzhou/delete-secret/acs/ram/user/route-planner');
  await hydrated(page);
  await sandbox.fault({ service: 'kms', action: 'DeleteSecret', kind: 'delay', millis: 1_500, times: 1 });
  await page.getByRole('button', { name: 'OK' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('status')).toContainText('is deleted on');
  await expect(page.getByRole('row', { name: /route-planner/ })).toContainText('Pending deletion');
});

test('a dialog whose secret cannot be loaded or does not exist has a way out', async ({ page, sandbox, allowErrors }) => {
  allowErrors(/502|404/);
  await sandbox.fault({ service: 'kms', action: 'DescribeSecret', kind: 'error', status: 500 });
  await page.goto('/cn-hangzhou/delete-secret/acs/ram/user/route-planner');
  await hydrated(page);
  const dialog = page.getByRole('dialog', { name: 'Delete Secret' });
  await expect(dialog.getByRole('alert')).toBeVisible();
  await sandbox.clearFaults();
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await expect(dialog.getByLabel('Delete In (7-30 days)')).toBeVisible();
  await page.goto('/cn-hangzhou/delete-secret/acs/ram/user/nobody');
  await hydrated(page);
  await expect(dialog).toContainText('There is no secret “acs/ram/user/nobody” in cn-hangzhou');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(page).toHaveURL('/cn-hangzhou/secrets');
});

test('after restoring is said whether the AccessKey still works', async ({ page, sandbox, cloud }) => {
  const user = 'route-planner';
  const [key] = (await sandbox.accessKeys()).filter((of) => of.userName === user);
  const restored = async (words: RegExp) => {
    cloud.call('kms/DeleteSecret', { SecretName: `acs/ram/user/${user}`, RecoveryWindowInDays: '7' });
    await page.goto(`/cn-hangzhou/restore-secret/acs/ram/user/${user}`);
    await hydrated(page);
    await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
    await expect(page.getByRole('status')).toContainText(words);
  };
  cloud.call('ram/UpdateAccessKey', { UserName: user, UserAccessKeyId: key.accessKeyId, Status: 'Inactive' });
  await restored(new RegExp(`is restored\\. The current AccessKey, ${key.accessKeyId}, is disabled in RAM`));
  await sandbox.fault({ service: 'ram', action: 'ListAccessKeys', kind: 'error', status: 503 });
  await restored(/is restored\. Whether its AccessKey is still enabled in RAM could not be checked\./);
});

test('when the deletion window has ended there is nothing to restore', async ({ page, sandbox, cloud, allowErrors }) => {
  allowErrors(/404/);
  await page.goto('/cn-hangzhou/restore-secret/acs/ram/user/old-reports');
  await hydrated(page);
  await sandbox.clock({ advance: '13d' });
  await page.getByRole('button', { name: 'OK' }).click();
  await expect(page.getByRole('alert')).toContainText('does not exist');
  await expect(page.getByRole('dialog')).toContainText('The deletion window has ended');
  expect(cloud.describe('cn-hangzhou', 'acs/ram/user/old-reports').error).toContain('Forbidden.ResourceNotFound');
});

test('called off, the focus is where it was; done, it is where it can be undone', async ({ page }) => {
  await page.goto('/cn-hangzhou/secrets');
  await hydrated(page);
  const more = page.getByRole('button', { name: 'More actions for acs/ram/user/route-planner' });
  const open = async () => {
    await more.focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('menuitem', { name: 'Rotate Now' })).toBeFocused();
    await page.keyboard.press('ArrowUp');
    await expect(page.getByRole('menuitem', { name: 'Plan Deletion Secret' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog', { name: 'Delete Secret' })).toBeVisible();
  };
  await open();
  await page.keyboard.press('Escape');
  await expect(more).toBeFocused();
  await open();
  await page.getByRole('button', { name: 'OK' }).click();
  await expect(page.getByRole('row', { name: /route-planner/ })).toContainText('Pending deletion');
  await expect(more).toBeFocused();
  // What had opened it is gone: the heading has it, also when the next page has nothing to offer.
  await page.goto('/cn-hangzhou/secrets');
  await hydrated(page);
  await page.getByRole('button', { name: 'More actions for acs/ram/user/legacy-ftp' }).click();
  await page.getByRole('menuitem', { name: 'Plan Deletion Secret' }).click();
  await page.getByRole('radio', { name: 'Delete Secret Immediately' }).check();
  await page.getByLabel('Secret name').fill('acs/ram/user/legacy-ftp');
  await page.getByRole('button', { name: 'OK' }).click();
  await expect(page.getByRole('row', { name: /legacy-ftp/ })).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1, name: 'Secrets' })).toBeFocused();

  await page.goto('/cn-hangzhou/secrets/acs/ram/user/payroll-exporter');
  await hydrated(page);
  await page.getByRole('link', { name: 'Plan Deletion Secret' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('link', { name: 'Plan Deletion Secret' })).toBeFocused();
});

test('Escape and Cancel close the dialog, back does not open it again, and the query of the list stays', async ({ page }) => {
  await page.goto('/cn-hangzhou/secrets?q=route');
  await hydrated(page);
  await page.getByRole('button', { name: 'More actions for acs/ram/user/route-planner' }).click();
  await page.getByRole('menuitem', { name: 'Plan Deletion Secret' }).click();
  await expect(page.getByRole('dialog', { name: 'Delete Secret' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL('/cn-hangzhou/secrets?q=route');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('link', { name: 'View route-planner' }).click();
  await page.getByRole('link', { name: 'Plan Deletion Secret' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(page).toHaveURL('/cn-hangzhou/secrets/acs/ram/user/route-planner');
});

test('a planned deletion can be undone where it is said; other results go by themselves, and not while they are read', async ({ page, cloud }) => {
  const name = 'acs/ram/user/route-planner';
  await page.goto('/cn-hangzhou/secrets');
  await hydrated(page);
  await choose(page, name, 'Plan Deletion Secret');
  await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  const toast = page.locator('#toast');
  await expect(toast).toContainText(`${name} is deleted on`);
  await accessible(page);
  await toast.getByRole('link', { name: 'Restore Secret' }).click();
  await expect(toast).toBeHidden();
  await page.getByRole('dialog', { name: 'Restore Secret' }).getByRole('button', { name: 'OK' }).click();
  await expect(toast).toContainText(`${name} is restored`);
  expect(cloud.describe('cn-hangzhou', name).PlannedDeleteTime).toBeUndefined();
  await expect(toast.getByRole('link')).toBeHidden();
  await toast.getByRole('button', { name: 'Dismiss' }).focus();
  await page.waitForTimeout(9_000);
  await expect(toast, 'who is at it reads it').toBeVisible();
  await page.keyboard.press('Enter');
  await expect(toast).toBeHidden();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
});
