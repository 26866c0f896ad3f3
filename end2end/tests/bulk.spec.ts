// The same done to many: preview, progress, a result for each, stop, reload, retry; the cloud asked by the vendor's client.
import type { Page } from '@playwright/test';
import { accessible, expect, hydrated, test } from '../fixtures/keyturn.ts';

const bulk = async (page: Page, query: string) => {
  await page.goto(`/cn-hangzhou/secrets${query}`);
  await hydrated(page);
  await page.getByRole('link', { name: 'Act on many' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Act on many secrets');
};
const name = (user: string) => `acs/ram/user/${user}`;
const result = (page: Page, user: string) => page.getByRole('table', { name: 'Result' }).getByRole('row', { name: new RegExp(user) });

test('rotation is changed for a filter\'s whole result but one; what cannot be done is skipped, said before', async ({ page, cloud }) => {
  await bulk(page, '?tag=team:web');
  await bulk(page, '?tag=env:production');
  await expect(page.getByText('Choose what is done; nothing is chosen yet.')).toBeVisible();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(page.getByRole('radio', { name: 'Change Rotation' })).toBeFocused();
  await expect(page.getByRole('radio', { name: 'Change Rotation' })).toHaveAccessibleDescription(/nothing is chosen yet/);
  await page.getByRole('radio', { name: 'Change Rotation' }).check();
  await expect(page.getByText('18 secrets will be changed.')).toBeVisible();
  await expect(page.getByText('1 skipped: in the deletion window')).toBeVisible();
  await expect(page.getByText('1 skipped: a rotation is under way')).toBeVisible();
  await accessible(page);
  await page.getByRole('checkbox', { name: 'payroll-exporter' }).uncheck();
  await expect(page.getByText('17 secrets will be changed.')).toBeVisible();
  await page.getByLabel('Rotation Period').fill('7');
  await expect(page.getByText(/^\d+ of them rotate at once.* invoice-mailer/)).toBeVisible();
  await page.getByLabel('Rotation Period').fill('365');
  await expect(page.getByText(/rotates? at once/)).toHaveCount(0);
  await page.getByRole('button', { name: 'Change Rotation: 17 secrets' }).click();
  await expect(page.getByRole('status').first()).toContainText('The run has ended: 17 done, 0 failed, 2 skipped, 0 waiting.', { timeout: 20_000 });
  // Said once: it stands on the page.
  await expect(page.getByRole('button', { name: 'Dismiss' })).toHaveCount(0);
  await expect(result(page, 'legacy-ftp')).toContainText('Done');
  await expect(result(page, 'old-reports')).toContainText('in the deletion window');
  await accessible(page);
  expect(cloud.describe('cn-hangzhou', name('legacy-ftp')).RotationInterval).toBe('31536000s');
  expect(cloud.describe('cn-hangzhou', name('payroll-exporter')).RotationInterval).toBe('2592000s');
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeVisible();
});

test('a run is stopped, survives a reload, goes on, and tries again what failed', async ({ page, sandbox, cloud, allowErrors }) => {
  allowErrors(/403|429|409|502/);
  await bulk(page, '?tag=team:platform');
  await page.getByRole('radio', { name: 'Add a tag' }).check();
  await page.getByRole('button', { name: /: \d+ secrets?$/ }).click();
  await expect(page.getByText('Enter a value.')).toBeVisible();
  await expect(page.getByLabel('Tag (key:value)')).toBeFocused();
  await page.getByLabel('Tag (key:value)').fill('checked');
  await expect(page.getByText('“checked” is not a tag. Write tags as key:value')).toBeVisible();
  await page.getByLabel('Tag (key:value)').fill('checked:2026');
  await sandbox.fault({ service: 'kms', action: 'TagResource', kind: 'error', status: 403, code: 'Forbidden.NoPermission', times: 1 });
  // Slow enough to be stopped in the middle.
  await sandbox.fault({ service: 'kms', action: 'TagResource', kind: 'delay', millis: 400 });
  await page.getByRole('button', { name: 'Add a tag: 4 secrets' }).click();
  await expect(page.getByText(/1 failed/).first()).toBeVisible();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.reload();
  await hydrated(page);
  await expect(page.getByText(/waiting\.$/).first()).toBeVisible();
  await expect(page.getByText('Add a tag: checked:2026')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stop' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.reload();
  await expect(page.getByRole('status').first()).toContainText('3 done, 1 failed, 0 skipped, 0 waiting.', { timeout: 20_000 });
  await sandbox.clearFaults();
  await page.getByRole('button', { name: 'Try the failed ones again' }).click();
  await expect(page.getByText('4 done, 0 failed, 0 skipped, 0 waiting.').first()).toBeVisible();
  for (const user of ['legacy-ftp', 'backup-vault', 'log-shipper', 'ci-artifacts']) {
    const described = cloud.describe('cn-hangzhou', name(user)) as Record<string, any>;
    expect(described.Tags.Tag).toContainEqual({ TagKey: 'checked', TagValue: '2026' });
  }
});

test('a filter that is not understood selects nothing, here and in the calendar', async ({ page, request }) => {
  for (const query of ['tag=teamplatform', 'state=foo', 'tag=team:platform&rotation=sometimes']) {
    await page.goto(`/cn-hangzhou/bulk?${query}`);
    await hydrated(page);
    await expect(page.getByText(/is no valid value for/)).toBeVisible();
    await expect(page.getByText(/^No secret is selected/)).toBeVisible();
    await expect(page.getByRole('button', { name: /^Start/ })).toHaveCount(0);
  }
  await page.goto('/?tag=nonsense');
  await expect(page.getByText('“nonsense” is no valid value for “tag”')).toBeVisible();
  expect((await request.get('/rotations.ics?tag=nonsense')).status()).toBe(422);
});

test('where the cloud receives too many requests, the run waits and goes on by itself', async ({ page, sandbox, allowErrors }) => {
  allowErrors(/429/);
  await sandbox.fault({ service: 'kms', action: 'UntagResource', kind: 'error', status: 429, code: 'Rejected.Throttling', times: 3 });
  await bulk(page, '?tag=team:routing');
  await page.getByRole('radio', { name: 'Remove a tag' }).check();
  await page.getByLabel('Key of the tag').fill('env');
  await page.getByRole('button', { name: 'Remove a tag: 3 secrets' }).click();
  await expect(page.getByText('3 done, 0 failed, 0 skipped, 0 waiting.').first()).toBeVisible({ timeout: 20_000 });
});

test('many planned deletions ask for their number, and are restored together', async ({ page, cloud }) => {
  await bulk(page, '?tag=team:pricing');
  await page.getByRole('radio', { name: 'Plan Deletion Secret' }).check();
  await page.getByLabel('Delete In (7-30 days)').fill('7');
  await page.getByRole('button', { name: 'Plan Deletion Secret: 2 secrets' }).click();
  await expect(page.getByText('This is not the number. Type 2.')).toBeVisible();
  await expect(page.getByText('2 secrets will be deleted on that day, and cannot be read from now on.')).toBeVisible();
  await expect(page.getByText(/^Deleted on \d/)).toBeVisible();
  await accessible(page);
  await page.getByLabel('Number of secrets').fill('2');
  await page.getByRole('button', { name: 'Plan Deletion Secret: 2 secrets' }).click();
  await expect(page.getByText('2 done, 0 failed, 0 skipped, 0 waiting.').first()).toBeVisible();
  expect(cloud.describe('cn-hangzhou', name('price-engine')).PlannedDeleteTime).toBeTruthy();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('radio', { name: 'Restore Secret' }).check();
  await page.getByRole('button', { name: 'Restore Secret: 2 secrets' }).click();
  await expect(page.getByText('2 done, 0 failed, 0 skipped, 0 waiting.').first()).toBeVisible();
  expect(cloud.describe('cn-hangzhou', name('price-engine')).PlannedDeleteTime).toBeUndefined();
});

test('many rotations: each is started once, also where an answer is lost', async ({ page, sandbox, cloud }) => {
  await sandbox.fault({ service: 'kms', action: 'RotateSecret', kind: 'lose-answer', times: 1 });
  await bulk(page, '?tag=team:risk');
  await page.getByRole('radio', { name: 'Rotate Now' }).check();
  await page.getByRole('button', { name: 'Rotate Now: 2 secrets' }).click();
  await expect(page.getByText('2 done, 0 failed, 0 skipped, 0 waiting.').first()).toBeVisible();
  await expect(result(page, 'kyc-archive')).toContainText('Started');
  expect(cloud.describe('cn-hangzhou', name('kyc-archive')).Versions).toHaveLength(2);
  expect((await sandbox.calls()).filter((call) => call.action === 'RotateSecret')).toHaveLength(2);
});

test('secrets are selected one by one, on any page of the list, and only they are changed', async ({ page, cloud }) => {
  await page.goto('/cn-hangzhou/secrets');
  await hydrated(page);
  const bar = page.getByRole('group', { name: 'Selection' });
  await expect(bar).toBeHidden();
  await page.getByRole('checkbox', { name: 'Select legacy-ftp' }).check();
  await expect(bar).toContainText('1 of 20 selected');
  // Another page, and back: what is selected stays.
  await page.getByRole('searchbox').fill('payroll');
  await expect(page.getByRole('checkbox', { name: 'Select legacy-ftp' })).toHaveCount(0);
  await page.getByRole('checkbox', { name: 'Select payroll-exporter' }).check();
  await expect(bar).toContainText('2 of 20 selected');
  await accessible(page);
  await page.getByRole('searchbox').fill('');
  await expect(page.getByRole('checkbox', { name: 'Select legacy-ftp' })).toBeChecked();
  await bar.getByRole('link', { name: 'Act on the selected' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Act on many secrets');
  await expect(page).toHaveURL('/cn-hangzhou/bulk?name=legacy-ftp&name=payroll-exporter');
  await expect(bar).toBeHidden();
  await page.getByRole('radio', { name: 'Add a tag' }).check();
  await page.getByLabel('Tag (key:value)').fill('chosen:yes');
  await page.getByRole('button', { name: 'Add a tag: 2 secrets' }).click();
  await expect(page.getByRole('status').first()).toContainText('2 done, 0 failed', { timeout: 20_000 });
  const tags = (user: string) => JSON.stringify(cloud.describe('cn-hangzhou', name(user)).Tags);
  expect(tags('legacy-ftp')).toContain('chosen');
  expect(tags('payroll-exporter')).toContain('chosen');
  expect(tags('invoice-mailer')).not.toContain('chosen');
  await page.goBack();
  await expect(page.getByRole('table')).toBeVisible();
  await expect(bar).toBeHidden();
});

test('a selection: all of a page, a range, by the space key, and given up', async ({ page }) => {
  await page.goto('/cn-hangzhou/secrets');
  await hydrated(page);
  const bar = page.getByRole('group', { name: 'Selection' });
  const boxes = page.getByRole('checkbox', { name: /^Select (?!all)/ });
  const whole = page.getByRole('checkbox', { name: 'Select all on this page' });
  await boxes.nth(1).click();
  await boxes.nth(4).click({ modifiers: ['Shift'] });
  await expect(bar).toContainText('4 of 20 selected');
  expect(await whole.evaluate((box: HTMLInputElement) => box.indeterminate)).toBe(true);
  await whole.click();
  await expect(bar).toContainText(`${await boxes.count()} of 20 selected`);
  await page.keyboard.press('Escape');
  await expect(bar).toBeHidden();
  await expect(whole).not.toBeChecked();
  await page.locator('main tbody tr').nth(2).getByRole('link').first().focus();
  await page.keyboard.press('Space');
  await expect(bar).toContainText('1 of 20 selected');
  await expect(boxes.nth(2)).toBeChecked();
  // The list is asked for again: the selection is not lost with its rows.
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.waitForTimeout(500);
  await expect(boxes.nth(2)).toBeChecked();
  await bar.getByRole('button', { name: 'Clear the selection' }).click();
  await expect(bar).toBeHidden();
  await expect(whole).toBeFocused();
  // Who is asked about by an address and is not there is named.
  await page.goto('/cn-hangzhou/bulk?name=legacy-ftp&name=nobody-there');
  await hydrated(page);
  await expect(page.getByText('No longer there, or not for you to see: nobody-there')).toBeVisible();
  await expect(page.getByRole('row', { name: /legacy-ftp/ })).toBeVisible();
});
