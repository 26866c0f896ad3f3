// The manual's section "Create a dynamic RAM secret", step by step, in two regions; and what can go wrong on the way.
import type { Page } from '@playwright/test';
import { accessible, expect, hydrated, test, type Sandbox } from '../fixtures/keyturn.ts';

const dialog = (page: Page, name: string) => page.getByRole('dialog', { name });

async function keysOf(sandbox: Sandbox, user: string) {
  return (await sandbox.accessKeys()).filter((key) => key.userName === user);
}

async function chooseUser(page: Page, user: string) {
  const field = page.getByRole('combobox', { name: 'Select RAM User' });
  await field.fill(user);
  await page.getByRole('option', { name: new RegExp(`^${user}`) }).click();
  await expect(field).toHaveValue(user);
}

/** Step 1 up to Next, with the true secrets of the user's AccessKeys unless others are given. */
async function firstStep(page: Page, sandbox: Sandbox, user: string, secret?: string) {
  await chooseUser(page, user);
  for (const key of await keysOf(sandbox, user)) {
    await page.getByLabel(key.accessKeyId).fill(secret ?? key.accessKeySecret);
  }
  await page.getByRole('button', { name: 'Next' }).click();
}

async function open(page: Page, region = 'cn-hangzhou') {
  await page.goto(`/${region}/secrets`);
  await hydrated(page);
  await page.getByRole('link', { name: 'Create Secret' }).first().click();
  await expect(dialog(page, 'Create Secret')).toBeVisible();
}

for (const region of ['cn-hangzhou', 'ap-southeast-1']) {
  test(`Create a dynamic RAM secret, in ${region}`, async ({ page, sandbox, cloud }) => {
    await page.goto('/');
    await hydrated(page);
    await test.step('2. select the region', async () => {
      await page.getByLabel('Region').selectOption(region);
      await expect(page).toHaveURL(`/${region}/secrets`);
    });
    await test.step('3. and 4. Secrets, Create Secret', async () => {
      await page.getByRole('link', { name: 'Secrets', exact: true }).click();
      await page.getByRole('link', { name: 'Create Secret' }).first().click();
    });
    await test.step('5. Create Secret: type, RAM user, secret value, description', async () => {
      const step = dialog(page, 'Create Secret');
      await expect(step.getByRole('radio', { name: 'Managed RAM secret' })).toBeChecked();
      await expect(step.getByRole('radio', { name: 'Generic secret' })).toBeDisabled();
      await step.getByLabel('Secret Description').fill('Orders of the web shop');
      await accessible(page);
      await firstStep(page, sandbox, 'checkout-api');
    });
    await test.step('6. Configuration rotation', async () => {
      const step = dialog(page, 'Configuration rotation');
      await expect(page).toHaveURL(/step=rotation/);
      await expect(step.getByRole('radio', { name: 'Turn on automatic rotation' })).toBeChecked();
      await step.getByLabel('Rotation Period').fill('7');
      await accessible(page);
      await step.getByRole('button', { name: 'Next' }).click();
    });
    await test.step('7. Review and confirm', async () => {
      const step = dialog(page, 'Review and confirm');
      await expect(step).toContainText('checkout-api');
      await expect(step).toContainText('Every 7 days');
      await expect(step).toContainText('Orders of the web shop');
      await accessible(page);
      await step.getByRole('button', { name: 'OK' }).click();
    });
    await test.step('8. Created successfully', async () => {
      const step = dialog(page, 'Created successfully');
      await expect(step).toContainText('acs/ram/user/checkout-api');
      await accessible(page);
      await step.getByRole('link', { name: 'View secret details' }).click();
      await expect(page).toHaveURL(`/${region}/secrets/acs/ram/user/checkout-api`);
      await expect(page.getByText('Orders of the web shop')).toBeVisible();
    });
    const secret = cloud.describe(region, 'acs/ram/user/checkout-api');
    expect(secret).toMatchObject({ AutomaticRotation: 'Enabled', RotationInterval: '604800s', Description: 'Orders of the web shop' });
    expect(secret.DKMSInstanceId).toBeTruthy();
  });
}

test('the review shows the same as code, and the code makes that secret', async ({ page, sandbox, cloud, allowErrors }) => {
  allowErrors(/409/);
  await open(page);
  await page.getByLabel('Secret Description').fill('Of "a script", it\'s ${said}');
  await page.getByLabel('Tags').fill('team:web');
  await firstStep(page, sandbox, 'checkout-api');
  const rotation = dialog(page, 'Configuration rotation');
  await rotation.getByRole('button', { name: '90 days' }).click();
  await expect(rotation.getByRole('button', { name: '90 days' })).toHaveAttribute('aria-pressed', 'true');
  await expect(rotation.getByRole('button', { name: '30 days' })).toHaveAttribute('aria-pressed', 'false');
  await page.getByRole('button', { name: 'Next' }).click();
  const review = dialog(page, 'Review and confirm');
  await expect(review.getByText('acs/ram/user/checkout-api', { exact: true })).toBeVisible();
  for (const title of ['Aliyun CLI', 'Terraform', 'Python SDK']) await review.getByText(title, { exact: true }).click();
  await accessible(page);
  const keys = await keysOf(sandbox, 'checkout-api');
  for (const key of keys) await expect(review).not.toContainText(key.accessKeySecret);
  const code = await review.locator('details', { hasText: 'Python SDK' }).locator('code').innerText();
  expect(cloud.run(code, keys.map((key) => key.accessKeySecret))).toBe('acs/ram/user/checkout-api');
  expect(cloud.describe('cn-hangzhou', 'acs/ram/user/checkout-api')).toMatchObject({
    Description: 'Of "a script", it\'s ${said}', AutomaticRotation: 'Enabled', RotationInterval: '7776000s',
  });
  // The secret is there already: so says KMS, and a second one is not made.
  await review.getByRole('button', { name: 'OK' }).click();
  await expect(review.getByRole('alert')).toBeVisible();
});

test('after success a reload begins another secret, and not at its end', async ({ page, sandbox }) => {
  await open(page);
  await firstStep(page, sandbox, 'checkout-api');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'OK' }).click();
  await expect(dialog(page, 'Created successfully')).toBeVisible();
  await expect(page).toHaveURL('/cn-hangzhou/create-secret');
  // One result, said once.
  await expect(page.locator('#toast')).toBeHidden();
  await page.reload();
  await expect(dialog(page, 'Create Secret')).toBeVisible();
});

test('Close leads back to the list, with the new secret in it', async ({ page, sandbox, cloud }) => {
  await open(page);
  await firstStep(page, sandbox, 'checkout-api');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'OK' }).click();
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(page).toHaveURL('/cn-hangzhou/secrets');
  await expect(page.getByRole('row', { name: /checkout-api/ })).toBeVisible();
  expect(cloud.names('cn-hangzhou')).toContain('acs/ram/user/checkout-api');
});

test('Turn off automatic rotation skips it', async ({ page, sandbox, cloud }) => {
  await open(page);
  await firstStep(page, sandbox, 'checkout-api');
  await page.getByRole('radio', { name: 'Turn off automatic rotation' }).check();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'OK' }).click();
  await expect(dialog(page, 'Created successfully')).toBeVisible();
  expect(cloud.describe('cn-hangzhou', 'acs/ram/user/checkout-api').AutomaticRotation).toBe('Disabled');
});

test('an AccessKey secret is proven on Next; a wrong one is taken, with the note that the manual gives', async ({ page, sandbox, cloud }) => {
  await open(page);
  await chooseUser(page, 'checkout-api');
  await expect(page.getByRole('group', { name: 'Set secret value' })).toHaveAccessibleDescription(/generated at the first rotation/);
  await firstStep(page, sandbox, 'checkout-api', 'not-the-secret-of-this-key');
  const [key] = await keysOf(sandbox, 'checkout-api');
  const field = page.getByLabel(key.accessKeyId);
  await expect(field).toHaveAccessibleDescription(/Alibaba Cloud refuses it/);
  await expect(field).toBeFocused();
  await accessible(page);
  // Not checked again, and not gone on with, before something is changed or decided.
  const goOn = page.getByLabel('Continue with an unverified value');
  await expect(goOn).not.toBeChecked();
  await field.fill('another-that-is-wrong');
  await expect(goOn, 'a decision is about what was typed').toBeHidden();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(field).toHaveAccessibleDescription(/Alibaba Cloud refuses it/);
  await field.fill('not-the-secret-of-this-key');
  await page.getByRole('button', { name: 'Next' }).click();
  await goOn.check();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(dialog(page, 'Configuration rotation')).toBeVisible();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(dialog(page, 'Review and confirm')).toContainText('entered (26 characters)');
  await page.getByRole('button', { name: 'OK' }).click();
  await expect(dialog(page, 'Created successfully')).toBeVisible();
  expect(cloud.describe('cn-hangzhou', 'acs/ram/user/checkout-api').Versions).toHaveLength(1);
});

test('while an AccessKey secret is checked it is said so, and where that cannot be done the person decides', async ({ page, sandbox, cloud, allowErrors }) => {
  await open(page);
  await sandbox.fault({ service: 'sts', action: 'GetCallerIdentity', kind: 'delay', millis: 1_500, times: 1 });
  await firstStep(page, sandbox, 'checkout-api');
  const checking = page.getByRole('button', { name: 'Checking the AccessKey secrets' });
  await expect(checking).toHaveAttribute('aria-disabled', 'true');
  await checking.click({ force: true });
  await expect(dialog(page, 'Configuration rotation')).toBeVisible();
  expect((await sandbox.calls()).filter((call) => call.action === 'GetCallerIdentity' && call.region === 'cn-hangzhou').length).toBeLessThanOrEqual(2);

  await page.getByRole('button', { name: 'Previous' }).click();
  await sandbox.fault({ service: 'sts', action: 'GetCallerIdentity', kind: 'error', status: 500, times: 20 });
  const [key] = await keysOf(sandbox, 'checkout-api');
  await page.getByLabel(key.accessKeyId).fill(`${key.accessKeySecret} `);
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByLabel(key.accessKeyId)).toHaveAccessibleDescription(/could not be checked/);
  await page.getByLabel('Continue with an unverified value').check();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'OK' }).click();
  await expect(dialog(page, 'Created successfully')).toBeVisible();
  expect(cloud.describe('cn-hangzhou', 'acs/ram/user/checkout-api').Versions).toHaveLength(1);
});

test('a RAM user without an AccessKey, or managed already, cannot be chosen, and the reason is there', async ({ page, cloud }) => {
  await open(page);
  const field = page.getByRole('combobox', { name: 'Select RAM User' });
  await field.fill('new-hire');
  const option = page.getByRole('option', { name: /^new-hire-bot/ });
  await expect(option).toContainText('cannot be chosen: no AccessKey');
  await expect(option).toHaveAttribute('aria-disabled', 'true');
  await field.fill('payroll');
  await expect(page.getByRole('option', { name: /^payroll-exporter/ })).toContainText('managed by acs/ram/user/payroll-exporter in cn-hangzhou');
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(field).toBeFocused();
  await expect(field).toHaveAccessibleDescription(/Choose a RAM user from the list/);
  expect(cloud.names('cn-hangzhou')).not.toContain('acs/ram/user/new-hire-bot');
  expect(cloud.describe('cn-hangzhou', 'acs/ram/user/payroll-exporter').error).toBeUndefined();
});

test('the RAM user is chosen by keyboard alone', async ({ page }) => {
  await open(page);
  const field = page.getByRole('combobox', { name: 'Select RAM User' });
  await field.focus();
  await page.keyboard.type('checkout-api');
  await expect(page.getByRole('option', { name: /^checkout-api/ })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('group', { name: 'Set secret value' })).toBeVisible();
  await expect(field).toHaveAttribute('aria-expanded', 'false');
});

test('a quick Enter never takes a RAM user that does not fit what was typed', async ({ page, sandbox }) => {
  await open(page);
  const field = page.getByRole('combobox', { name: 'Select RAM User' });
  await field.click();
  await expect(page.locator('[role=option]').first()).toBeVisible();
  await sandbox.fault({ service: 'ram', action: 'ListAccessKeys', kind: 'delay', millis: 1_500 });
  await page.keyboard.type('zzz');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(field).toHaveValue('zzz');
  await expect(page.getByRole('group', { name: 'Set secret value' })).toHaveCount(0);
});

test('a RAM user with two AccessKeys needs the secrets of both', async ({ page, sandbox, cloud }) => {
  await open(page);
  await chooseUser(page, 'data-lake-sync');
  const keys = await keysOf(sandbox, 'data-lake-sync');
  expect(keys).toHaveLength(2);
  await page.getByLabel(keys[0].accessKeyId).fill(keys[0].accessKeySecret);
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByLabel(keys[1].accessKeyId)).toBeFocused();
  await page.getByLabel(keys[1].accessKeyId).fill(keys[1].accessKeySecret);
  for (const button of ['Next', 'Next', 'OK']) await page.getByRole('button', { name: button }).click();
  await expect(dialog(page, 'Created successfully')).toBeVisible();
  const stages = cloud.describe('cn-hangzhou', 'acs/ram/user/data-lake-sync').Versions!.map((version) => version.VersionStages.VersionStage[0]);
  expect(stages.sort()).toEqual(['ACSCurrent', 'ACSPrevious']);
});

test('back and forward go through the steps, and keep what was typed', async ({ page, sandbox, cloud }) => {
  await open(page);
  await page.getByLabel('Secret Description').fill('kept');
  await firstStep(page, sandbox, 'checkout-api');
  await page.getByLabel('Rotation Period').fill('14');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.goBack();
  await expect(dialog(page, 'Configuration rotation')).toBeVisible();
  await page.goBack();
  await expect(page.getByLabel('Secret Description')).toHaveValue('kept');
  await page.goForward();
  await page.goForward();
  await expect(dialog(page, 'Review and confirm')).toContainText('Every 14 days');
  await page.getByRole('button', { name: 'OK' }).click();
  await expect(dialog(page, 'Created successfully')).toBeVisible();
  await page.goBack();
  await expect(dialog(page, 'Created successfully')).toBeVisible();
  expect((await sandbox.calls()).filter((call) => call.action === 'CreateSecret')).toHaveLength(1);
  expect(cloud.describe('cn-hangzhou', 'acs/ram/user/checkout-api')).toMatchObject({ Description: 'kept', RotationInterval: '1209600s' });
});

test('what is on its way is waited for, and each place begins at its heading', async ({ page, sandbox }) => {
  await open(page);
  await firstStep(page, sandbox, 'checkout-api');
  await expect(page.getByRole('heading', { name: 'Configuration rotation', level: 2 })).toBeFocused();
  await page.getByRole('button', { name: 'Next' }).click();
  await sandbox.fault({ service: 'kms', action: 'CreateSecret', kind: 'delay', millis: 1_500, times: 1 });
  await page.getByRole('button', { name: 'OK' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog(page, 'Created successfully')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Created successfully' })).toBeFocused();
  await expect(dialog(page, 'Discard what you entered?')).toBeHidden();
});

test('RAM users that could not be loaded are asked for again', async ({ page, sandbox, allowErrors }) => {
  allowErrors(/502/);
  await sandbox.fault({ service: 'ram', action: 'ListUsers', kind: 'error', status: 500 });
  await open(page);
  const field = page.getByRole('combobox', { name: 'Select RAM User' });
  const alert = page.getByRole('alert');
  await field.click();
  await expect(alert).toContainText('The RAM users could not be loaded');
  // By keyboard: the error stays when the field is left, and the field has the focus again when the error goes.
  const retry = alert.getByRole('button', { name: 'Try again' });
  for (let presses = 0; presses < 5 && !(await retry.evaluate((it) => it === document.activeElement)); presses++) {
    await page.keyboard.press('Tab');
  }
  await expect(retry).toBeFocused();
  await sandbox.clearFaults();
  await page.waitForTimeout(400);
  await expect(alert, 'nobody asked again').toBeVisible();
  await page.keyboard.press('Enter');
  await expect(field).toBeFocused();
  await expect(page.getByRole('option', { name: /^checkout-api/ })).toBeVisible();
});

test('what was entered is not lost by Escape or Cancel without a question', async ({ page, sandbox }) => {
  await open(page);
  const wizard = dialog(page, 'Create Secret');
  await page.keyboard.press('Escape');
  await expect(page, 'untouched, it closes at once').toHaveURL('/cn-hangzhou/secrets');
  await expect(page.getByRole('link', { name: 'Create Secret' }).first()).toBeFocused();

  await page.getByRole('link', { name: 'Create Secret' }).first().click();
  await chooseUser(page, 'checkout-api');
  const [key] = await keysOf(sandbox, 'checkout-api');
  await page.getByLabel(key.accessKeyId).fill('half-a-sec');
  const question = dialog(page, 'Discard what you entered?');
  await page.keyboard.press('Escape');
  await expect(question).toBeVisible();
  await accessible(page);
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await expect(page.getByLabel(key.accessKeyId)).toHaveValue('half-a-sec');
  await wizard.getByRole('button', { name: 'Cancel' }).click();
  await question.getByRole('button', { name: 'Keep editing' }).click();
  await expect(page.getByLabel(key.accessKeyId)).toHaveValue('half-a-sec');
  await wizard.getByRole('button', { name: 'Cancel' }).click();
  await question.getByRole('button', { name: 'Discard' }).click();
  await expect(page).toHaveURL('/cn-hangzhou/secrets');
  await page.getByRole('link', { name: 'Create Secret' }).first().click();
  await expect(page.getByRole('combobox', { name: 'Select RAM User' })).toHaveValue('');
});

test('a typed value is shown while the person asks for it', async ({ page, sandbox }) => {
  await open(page);
  await chooseUser(page, 'checkout-api');
  const [key] = await keysOf(sandbox, 'checkout-api');
  const field = page.getByLabel(key.accessKeyId);
  await field.fill(key.accessKeySecret);
  await expect(field).toHaveAttribute('type', 'password');
  const show = page.getByRole('button', { name: 'Show', exact: true });
  await show.click();
  await expect(show).toHaveAttribute('aria-pressed', 'true');
  await expect(field).toHaveAttribute('type', 'text');
  await expect(field).toHaveValue(key.accessKeySecret);
  await show.click();
  await expect(field).toHaveAttribute('type', 'password');
});

test('a missing service role is said before anything is typed', async ({ page, sandbox }) => {
  await sandbox.fault({ service: 'ram', action: 'GetRole', kind: 'error', status: 404, code: 'EntityNotExist.Role' });
  await open(page);
  await expect(dialog(page, 'Create Secret')).toContainText('AliyunKMSManageRAMCredentialsRole is missing');
  await sandbox.clearFaults();
  await page.reload();
  await hydrated(page);
  await expect(page.getByLabel('Encryption key')).toBeVisible();
  await expect(dialog(page, 'Create Secret')).not.toContainText('is missing');
});

test('the next rotations are reckoned from the clock of the sandbox', async ({ page, sandbox }) => {
  await sandbox.clock({ set: '2031-05-01T00:00:00Z' });
  await open(page);
  await firstStep(page, sandbox, 'checkout-api');
  await page.getByLabel('Rotation Period').fill('7');
  await expect(dialog(page, 'Configuration rotation')).toContainText('8 May 2031');
});

test('s37 a typed value is in no address, storage, history or log of requests', async ({ page, sandbox }) => {
  const sent: string[] = [];
  page.on('request', (request) => { sent.push(`${request.url()} ${JSON.stringify(request.headers())} ${request.url().includes('/api/create-secret') ? '' : request.postData()}`); });
  await open(page);
  const [key] = await keysOf(sandbox, 'checkout-api');
  await firstStep(page, sandbox, 'checkout-api');
  for (const button of ['Next', 'OK']) {
    const kept = await page.evaluate(() => JSON.stringify([location.href, { ...sessionStorage }, { ...localStorage }, document.cookie, history.state]) + document.documentElement.outerHTML);
    expect(kept).not.toContain(key.accessKeySecret);
    await page.getByRole('button', { name: button }).click();
  }
  await expect(dialog(page, 'Created successfully')).toBeVisible();
  expect(await page.content()).not.toContain(key.accessKeySecret);
  expect(sent.filter((line) => line.includes(key.accessKeySecret))).toEqual([]);
  const calls = JSON.stringify(await sandbox.calls());
  expect(calls).not.toContain(key.accessKeySecret);
});

test('a reload keeps all but the value, returns to the first step and says so', async ({ page, sandbox, cloud }) => {
  await open(page);
  await page.getByLabel('Secret Description').fill('kept over a reload');
  await firstStep(page, sandbox, 'checkout-api');
  await page.getByLabel('Rotation Period').fill('21');
  await page.reload();
  await hydrated(page);
  await expect(dialog(page, 'Create Secret')).toContainText('Your draft is back');
  await expect(page.getByLabel('Secret Description')).toHaveValue('kept over a reload');
  await expect(page.getByRole('combobox', { name: 'Select RAM User' })).toHaveValue('checkout-api');
  const [key] = await keysOf(sandbox, 'checkout-api');
  await expect(page.getByLabel(key.accessKeyId)).toHaveValue('');
  const stored = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie, history.state]));
  expect(stored).not.toContain(key.accessKeySecret);
  await page.getByLabel(key.accessKeyId).fill(key.accessKeySecret);
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByLabel('Rotation Period')).toHaveValue('21');
  expect(cloud.names('cn-hangzhou')).not.toContain('acs/ram/user/checkout-api');
  for (const button of ['Next', 'OK']) await page.getByRole('button', { name: button }).click();
  await expect(dialog(page, 'Created successfully')).toBeVisible();
  expect(cloud.describe('cn-hangzhou', 'acs/ram/user/checkout-api')).toMatchObject({ Description: 'kept over a reload', RotationInterval: '1814400s' });
});

test('a refused creation is in sight, however long the review is', async ({ page, sandbox, allowErrors }) => {
  allowErrors(/502/);
  await page.setViewportSize({ width: 1366, height: 700 });
  await open(page);
  await firstStep(page, sandbox, 'checkout-api');
  await page.getByRole('button', { name: 'Next' }).click();
  const review = dialog(page, 'Review and confirm');
  await review.getByText('Terraform', { exact: true }).click();
  await sandbox.fault({ service: 'kms', action: 'CreateSecret', kind: 'error', status: 403, code: 'Forbidden.NoPermission', times: 1 });
  await review.getByRole('button', { name: 'OK' }).click();
  const alert = review.getByRole('alert');
  await expect(alert).toContainText('kms:CreateSecret');
  await expect(async () => {
    const [shown, buttons] = await Promise.all([alert.boundingBox(), review.getByRole('button', { name: 'OK' }).boundingBox()]);
    expect(shown!.y).toBeGreaterThan(0);
    expect(shown!.y + shown!.height).toBeLessThanOrEqual(buttons!.y);
  }).toPass({ timeout: 5_000 });
});

test('a double click on OK makes one secret', async ({ page, sandbox, cloud }) => {
  await open(page);
  await firstStep(page, sandbox, 'checkout-api');
  await page.getByRole('button', { name: 'Next' }).click();
  await sandbox.fault({ service: 'kms', action: 'CreateSecret', kind: 'delay', millis: 500, times: 1 });
  await page.getByRole('button', { name: 'OK' }).dblclick();
  await expect(dialog(page, 'Created successfully')).toBeVisible();
  expect((await sandbox.calls()).filter((call) => call.action === 'CreateSecret')).toHaveLength(1);
  expect(cloud.names('cn-hangzhou').filter((name) => name.includes('checkout-api'))).toHaveLength(1);
});

for (const [status, words] of [[429, 'too many requests'], [500, 'failed to answer']] as const) {
  test(`a service that answers ${status} is said so, and nothing that was typed is lost`, async ({ page, sandbox, cloud, allowErrors }) => {
    allowErrors(/429|502/);
    await open(page);
    await page.getByLabel('Secret Description').fill('kept');
    await firstStep(page, sandbox, 'checkout-api');
    await page.getByRole('button', { name: 'Next' }).click();
    await sandbox.fault({ service: 'kms', action: 'CreateSecret', kind: 'error', status, times: 1 });
    await page.getByRole('button', { name: 'OK' }).click();
    await expect(page.getByRole('alert')).toContainText(words);
    await expect(dialog(page, 'Review and confirm')).toContainText('kept');
    expect(cloud.names('cn-hangzhou')).not.toContain('acs/ram/user/checkout-api');
    await page.getByRole('button', { name: 'OK' }).click();
    await expect(dialog(page, 'Created successfully')).toBeVisible();
    expect(cloud.describe('cn-hangzhou', 'acs/ram/user/checkout-api').Description).toBe('kept');
  });
}

test('an answer that comes too late is settled by our own version ID', async ({ page, sandbox, cloud }) => {
  await open(page);
  await firstStep(page, sandbox, 'checkout-api');
  await page.getByRole('button', { name: 'Next' }).click();
  await sandbox.fault({ service: 'kms', action: 'CreateSecret', kind: 'delay', millis: 20_000, times: 1 });
  await page.getByRole('button', { name: 'OK' }).click();
  await expect(dialog(page, 'Created successfully')).toBeVisible({ timeout: 15_000 });
  expect(cloud.names('cn-hangzhou')).toContain('acs/ram/user/checkout-api');
});

test('the limits of each field have a message that says the limit', async ({ page, sandbox }) => {
  await open(page);
  await page.getByLabel('Secret Description').fill('x'.repeat(10_000));
  await expect(page.getByText('At most 8,192 characters are allowed.')).toBeVisible();
  await page.getByLabel('Tags').fill('team');
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByLabel('Secret Description')).toHaveValue('x'.repeat(10_000));
  await expect(page.getByText('Write tags as key:value')).toBeVisible();
  await page.getByLabel('Secret Description').fill('');
  await page.getByLabel('Tags').fill('team:web');
  await firstStep(page, sandbox, 'checkout-api');
  for (const [number, unit, words] of [['6', 'days', 'At least 7 days'], ['366', 'days', 'At most 365 days'], ['5', 'hours', 'At least 6 hours'], ['', 'days', 'Enter a whole number']] as const) {
    await page.getByLabel('Unit').selectOption(unit);
    await page.getByLabel('Rotation Period').fill(number);
    await page.getByRole('button', { name: 'Next' }).click();
    await expect(page.getByText(words).first()).toBeVisible();
    await expect(page.getByLabel('Rotation Period')).toBeFocused();
  }
});

test('a description with markup, control and 4-byte characters is shown as it is', async ({ page, sandbox, cloud }) => {
  const description = '<script>alert(1)</script> "quoted" \u0007 𝄞 山\nsecond line';
  await open(page);
  await page.getByLabel('Secret Description').fill(description);
  await firstStep(page, sandbox, 'checkout-api');
  for (const button of ['Next', 'OK']) await page.getByRole('button', { name: button }).click();
  await page.getByRole('link', { name: 'View secret details' }).click();
  await expect(page.getByText('<script>alert(1)</script>')).toBeVisible();
  expect(cloud.describe('cn-hangzhou', 'acs/ram/user/checkout-api').Description).toBe(description);
  await page.reload();
  await expect(page.getByText('<script>alert(1)</script>')).toBeVisible();
});

test('a user that the address names stands in the field at once; why it cannot be chosen, or was not found, is said there', async ({ page, sandbox, allowErrors }) => {
  allowErrors(/502|503/);
  await page.goto('/cn-hangzhou/create-secret?user=image-resizer');
  await hydrated(page);
  const dialog = page.getByRole('dialog', { name: 'Create Secret' });
  await expect(dialog.getByRole('combobox', { name: 'Select RAM User' })).toHaveValue('image-resizer');
  await expect(dialog.getByRole('status')).toContainText('cannot be chosen: managed by acs/ram/user/image-resizer in cn-hangzhou');
  await expect(dialog.getByRole('link', { name: 'View' })).toHaveAttribute('href', '/cn-hangzhou/secrets/acs/ram/user/image-resizer');
  await accessible(page);

  await sandbox.fault({ service: 'ram', action: 'ListUsers', kind: 'error', status: 503 });
  await page.goto('/cn-hangzhou/create-secret?user=checkout-api');
  await hydrated(page);
  await expect(dialog.getByRole('combobox', { name: 'Select RAM User' })).toHaveValue('checkout-api');
  await expect(dialog.getByRole('alert')).toBeVisible({ timeout: 15_000 });
  await sandbox.clearFaults();
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await expect(dialog.getByLabel(/^LTAI/)).toBeVisible();
});

test('KMS instances that cannot be listed hide nothing else, and an administrator gets to where the service role is made', async ({ page, sandbox, cloud, allowErrors }) => {
  allowErrors(/502|503/);
  const role = { RoleName: 'AliyunKMSManageRAMCredentialsRole' };
  cloud.call('ram/DetachPolicyFromRole', { ...role, PolicyType: 'System', PolicyName: `${role.RoleName}Policy` });
  cloud.call('ram/DeleteRole', role);
  await sandbox.fault({ service: 'kms', action: 'ListKmsInstances', kind: 'error', status: 403, code: 'Forbidden.NoPermission' });
  await page.goto('/cn-hangzhou/create-secret');
  await hydrated(page);
  const dialog = page.getByRole('dialog', { name: 'Create Secret' });
  await expect(dialog.getByText('KMS may not manage AccessKeys in this account yet')).toBeVisible();
  await expect(dialog.getByRole('alert')).toContainText('KMS instances or their keys could not be listed');
  await dialog.getByRole('link', { name: 'Setup' }).click();
  await expect(page).toHaveURL('/setup');
});
