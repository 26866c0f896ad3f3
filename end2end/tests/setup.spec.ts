// What Keyturn needs, and whether it has it: on its page, as an administrator and in a browser that a proxy stands before.
import { accessible, expect } from '../fixtures/keyturn.ts';
import { choosePassword, signIn, test } from '../fixtures/own.ts';

test('an administrator sees what is missing, checks the permissions to change, and the headers as they arrive', async ({ page, own }) => {
  await choosePassword(page, own.link);
  await signIn(page, 'admin');
  await page.getByRole('navigation').getByRole('link', { name: 'Setup' }).click();
  await expect(page.getByRole('heading', { name: 'Setup', level: 1 })).toBeVisible();
  const row = (name: string) => page.getByRole('row', { name });
  await expect(row('Identity')).toContainText('Calls are signed by acs:ram::1234567890123456:root');
  await expect(row('Service role')).toContainText('AliyunKMSManageRAMCredentialsRole is there');
  await page.getByText('Services: 36 of 36 are fine').click();
  await expect(row('KMS cn-hangzhou Fine')).toContainText('Answers in');
  await page.getByText(/^Permissions: 10 of 22/).click();
  await expect(row('kms:DeleteSecret')).toContainText('Not checked');
  await accessible(page);
  await page.getByRole('button', { name: 'Check permissions to change' }).click();
  await page.getByText('Permissions: 20 of 22 are fine').click();
  await expect(row('kms:DeleteSecret')).toContainText('Allowed');
  await expect(row('kms:CreateSecret')).toContainText('Cannot be told without an effect');
  await expect(page.getByRole('button', { name: 'Check permissions to change' })).toHaveCount(0);
  for (const header of ['content-security-policy', 'cross-origin-opener-policy', 'cache-control']) {
    await expect(row(header)).toContainText('Arrives.');
  }
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy The smallest policy' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toHaveCount(1);
  const policy = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  expect(policy.Statement.flatMap((of: { Action: string[] }) => of.Action)).toContain('kms:RotateSecret');
  await page.goto('/activity?event=check_permissions');
  await expect(page.getByRole('row').nth(1)).toContainText('Check permissions to change');
});

test('s61 a header that does not come through is named', async ({ page, own }) => {
  await choosePassword(page, own.link);
  await signIn(page, 'admin');
  // A proxy that takes one away and changes another.
  await page.route('/', async (route) => {
    if (route.request().method() !== 'HEAD') return route.continue();
    const answer = await route.fetch();
    const { 'content-security-policy': _, ...headers } = answer.headers();
    await route.fulfill({ response: answer, headers: { ...headers, 'cache-control': 'public' } });
  });
  await page.goto('/setup');
  const row = (name: string) => page.getByRole('row', { name });
  await expect(row('content-security-policy')).toContainText('Does not work');
  await expect(row('cache-control')).toContainText('unchanged: no-store');
  await expect(row('x-content-type-options')).toContainText('Arrives.');
});
