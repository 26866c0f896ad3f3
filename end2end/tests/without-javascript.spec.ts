// The manual's journey in a browser that runs no script: each dialog is a page whose form posts to its own address.
import { expect, test } from '../fixtures/keyturn.ts';

test.use({ javaScriptEnabled: false });

const USER = 'acs/ram/user/checkout-api';

test('Create a dynamic RAM secret: the wizard is one page with one OK', async ({ page, sandbox, cloud }) => {
  await page.goto('/cn-hangzhou/secrets');
  await page.getByRole('link', { name: 'Create Secret' }).first().click();
  const wizard = page.getByRole('dialog', { name: 'Create Secret' });
  await expect(wizard.getByRole('radio', { name: 'Managed RAM secret' })).toBeChecked();
  for (const heading of ['Configuration rotation', 'Review and confirm']) {
    await expect(wizard.getByRole('heading', { name: heading })).toBeVisible();
  }
  await expect(wizard.getByRole('option', { name: /^new-hire-bot/ })).toHaveAttribute('disabled', '');
  await wizard.getByLabel('Secret Description').fill('two\nlines, kept');
  await wizard.getByLabel('Select RAM User').selectOption('checkout-api');
  await wizard.getByRole('button', { name: 'Show the AccessKeys of this user' }).click();
  await expect(wizard.getByLabel('Secret Description')).toHaveValue('two\nlines, kept');
  const [key] = (await sandbox.accessKeys()).filter((key) => key.userName === 'checkout-api');
  await wizard.getByLabel(key.accessKeyId).fill(key.accessKeySecret);
  await wizard.getByLabel('Rotation Period').fill('14');
  await wizard.getByRole('button', { name: 'OK' }).click();
  await expect(page).toHaveURL(`/cn-hangzhou/secrets/${USER}`);
  await expect(page.getByRole('status')).toContainText(`${USER} is created.`);
  expect(cloud.describe('cn-hangzhou', USER)).toMatchObject({
    Description: 'two\nlines, kept', AutomaticRotation: 'Enabled', RotationInterval: '1209600s',
  });
  await page.reload();
  await expect(page.getByRole('status')).not.toContainText('is created');
});

test('a refused wizard answers 422 with what was typed, the value excepted', async ({ page, sandbox, cloud, allowErrors }) => {
  allowErrors(/422|429/);
  await page.goto('/cn-hangzhou/create-secret');
  const wizard = page.getByRole('dialog', { name: 'Create Secret' });
  await wizard.getByLabel('Select RAM User').selectOption('checkout-api');
  await wizard.getByLabel('Tags').fill('team');
  await wizard.getByLabel('Rotation Period').fill('3');
  const refused = page.waitForResponse((answer) => answer.request().method() === 'POST');
  await wizard.getByRole('button', { name: 'OK' }).click();
  expect((await refused).status()).toBe(422);
  await expect(page).toHaveURL('/cn-hangzhou/create-secret');
  await expect(wizard.getByRole('alert')).toContainText('The secret was not created');
  await expect(wizard.getByText('Write tags as key:value')).toBeVisible();
  await expect(wizard.getByText('At least 7 days')).toBeVisible();
  await expect(wizard.getByLabel('Tags')).toHaveValue('team');
  await expect(wizard.getByLabel('Select RAM User')).toHaveValue('checkout-api');

  const [key] = (await sandbox.accessKeys()).filter((key) => key.userName === 'checkout-api');
  await wizard.getByLabel('Tags').fill('team:web');
  await wizard.getByRole('radio', { name: 'Turn off automatic rotation' }).check();
  // A value that is not the one of this AccessKey is said to be so, before anything is sent to KMS.
  await wizard.getByLabel(key.accessKeyId).fill('not-the-secret-of-this-key');
  await wizard.getByRole('button', { name: 'OK' }).click();
  await expect(wizard.getByLabel(key.accessKeyId)).toHaveAccessibleDescription(/Alibaba Cloud refuses it/);
  await expect(wizard.getByLabel('Continue with an unverified value')).not.toBeChecked();
  expect((await sandbox.calls()).filter((call) => call.action === 'CreateSecret')).toEqual([]);
  await wizard.getByLabel(key.accessKeyId).fill(key.accessKeySecret);
  await sandbox.fault({ service: 'kms', action: 'CreateSecret', kind: 'error', status: 429, times: 1 });
  const throttled = page.waitForResponse((answer) => answer.request().method() === 'POST');
  await wizard.getByRole('button', { name: 'OK' }).click();
  expect((await throttled).status()).toBe(429);
  expect(await page.content()).not.toContain(key.accessKeySecret);
  await expect(wizard.getByText('AccessKey secrets are never sent back')).toBeVisible();
  await wizard.getByLabel(key.accessKeyId).fill(key.accessKeySecret);
  await wizard.getByRole('button', { name: 'OK' }).click();
  await expect(page).toHaveURL(`/cn-hangzhou/secrets/${USER}`);
  expect(cloud.describe('cn-hangzhou', USER).AutomaticRotation).toBe('Disabled');
});

test('Cancel leaves the wizard, and no typed value comes into an address', async ({ page, sandbox }) => {
  await page.goto('/cn-hangzhou/create-secret');
  await page.getByLabel('Select RAM User').selectOption('checkout-api');
  await page.getByRole('button', { name: 'Show the AccessKeys of this user' }).click();
  const [key] = (await sandbox.accessKeys()).filter((key) => key.userName === 'checkout-api');
  await page.getByLabel(key.accessKeyId).fill(key.accessKeySecret);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page).toHaveURL(/\/cn-hangzhou\/secrets\??$/);
});

test('Delete a dynamic RAM secret, then Restore a dynamic RAM secret', async ({ page, cloud, allowErrors }) => {
  allowErrors(/422/);
  const name = 'acs/ram/user/route-planner';
  await page.goto('/cn-hangzhou/secrets');
  await page.getByRole('button', { name: `More actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Plan Deletion Secret' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete Secret' });
  await expect(dialog.getByLabel('Secret name')).toBeHidden();
  await dialog.getByLabel('Delete In (7-30 days)').fill('40');
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect(dialog.getByText('Enter a whole number of days from 7 to 30.')).toBeVisible();
  await expect(dialog.getByLabel('Delete In (7-30 days)')).toHaveValue('40');
  await dialog.getByLabel('Delete In (7-30 days)').fill('9');
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect(page).toHaveURL('/cn-hangzhou/secrets');
  await expect(page.getByRole('status')).toContainText(`${name} is deleted on`);
  await expect(page.getByRole('row', { name: /route-planner/ })).toContainText('9 days left');
  expect(cloud.describe('cn-hangzhou', name).PlannedDeleteTime).toBeTruthy();

  await page.getByRole('link', { name: 'View route-planner' }).click();
  await page.getByRole('link', { name: 'Restore Secret' }).click();
  await page.getByRole('dialog', { name: 'Restore Secret' }).getByRole('button', { name: 'OK' }).click();
  await expect(page).toHaveURL(`/cn-hangzhou/secrets/${name}`);
  await expect(page.getByRole('status')).toContainText(`${name} is restored.`);
  expect(cloud.describe('cn-hangzhou', name).PlannedDeleteTime).toBeUndefined();
});

test('Delete Secret Immediately wants the whole name', async ({ page, cloud, allowErrors }) => {
  allowErrors(/422/);
  const name = 'acs/ram/user/route-planner';
  await page.goto(`/cn-hangzhou/delete-secret/${name}`);
  const dialog = page.getByRole('dialog', { name: 'Delete Secret' });
  await dialog.getByRole('radio', { name: 'Delete Secret Immediately' }).check();
  await dialog.getByLabel('Secret name').fill('route-planner');
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect(dialog.getByRole('radio', { name: 'Delete Secret Immediately' })).toBeChecked();
  await expect(dialog.getByLabel('Secret name')).toHaveValue('route-planner');
  await expect(dialog.getByText('This is not the secret\'s name')).toBeVisible();
  await dialog.getByLabel('Secret name').fill(name);
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect(page.getByRole('status')).toContainText(`${name} is deleted.`);
  expect(cloud.describe('cn-hangzhou', name).error).toContain('Forbidden.ResourceNotFound');
});
