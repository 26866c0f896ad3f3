// Signing in with a local account; what each role sees; a session that ends while somebody works; and that no secret is
// anywhere it must not be.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessible, expect, hydrated, Sandbox } from '../fixtures/keyturn.ts';
import { choosePassword, grant, LIST, member, PASSWORD, SECRET, signIn, sql, test } from '../fixtures/own.ts';

test('the first administrator chooses a password and comes back to where they wanted to go', async ({ page, own, allowErrors }) => {
  test.slow();
  allowErrors(/404|422/);
  await page.goto(`${LIST}?q=pay`);
  await expect(page).toHaveURL(/\/sign-in\?return_to=/);
  await accessible(page);
  await page.goto(own.link);
  await accessible(page);
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByLabel('Password once more').fill('short');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('at least 12 characters');
  const wrong = page.locator('[aria-invalid=true]');
  await expect(wrong).toHaveAccessibleDescription(/at least 12 characters/);
  await expect(wrong).toBeFocused();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Password once more').fill(`${PASSWORD}!`);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('not the same');
  await choosePassword(page, own.link);
  await expect(page).toHaveURL('/sign-in');
  await page.goto(own.link);
  await expect(page.getByRole('heading', { name: 'This link does not open any more' })).toBeVisible();

  await page.goto(`${LIST}?q=pay`);
  await signIn(page, 'admin', 'wrong');
  await expect(page.getByRole('alert')).toContainText('Name or password is wrong');
  await expect(page.getByLabel('Name')).toHaveValue('admin');
  await expect(page.getByLabel('Password')).toBeFocused();
  // By keyboard alone.
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`${LIST}?q=pay`);
  await expect(page.getByRole('row', { name: /payroll-exporter/ })).toBeVisible();
  await hydrated(page);

  await page.getByRole('link', { name: 'admin' }).click();
  await expect(page.getByRole('heading', { name: 'Your account' })).toBeVisible();
  await accessible(page);
  await page.getByRole('link', { name: 'Activity' }).click();
  await expect(page.getByRole('row').nth(1)).toContainText('Sign in');
  await expect(page.getByRole('row', { name: /Refused/ })).toContainText('admin');
  await accessible(page);
  await page.getByRole('link', { name: 'Access', exact: true }).click();
  await accessible(page);
  // Where a rule is refused, the field that it is about has the focus and says why.
  await page.getByText('New rule').click();
  await page.getByLabel('Group', { exact: true }).fill('payments');
  await page.getByLabel('Regions').fill('cn-nowhere');
  await page.getByRole('button', { name: 'Create rule' }).click();
  await expect(page.getByLabel('Regions')).toBeFocused();
  await expect(page.getByLabel('Regions')).toHaveAccessibleDescription(/cn-nowhere/);
  await expect(wrong).toHaveCount(1);
  await expect(page.getByLabel('Group', { exact: true })).toHaveValue('payments');
  await accessible(page);
  await page.getByRole('banner').getByRole('link', { name: 'admin' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto('/');
  await expect(page).toHaveURL(/sign-in/);
});

test('each sees and does what the rules say, and nothing of the rest', async ({ page, browser, own, allowErrors }) => {
  test.slow();
  allowErrors(/403|404/);
  await choosePassword(page, own.link);
  await signIn(page, 'admin');
  await member(page, browser, 'eva', 'payments');
  await grant(page, 'operator', 'payments', 'acs/ram/user/pay*');
  await member(page, browser, 'nora', 'none');

  const eva = await own.signedIn('eva');
  await eva.goto(LIST);
  await hydrated(eva);
  await expect(eva.getByRole('row', { name: /payroll-exporter/ })).toBeVisible();
  await expect(eva.getByRole('row')).toHaveCount(2);
  await expect(eva.locator('.count')).toContainText(/^1 secret/);
  await expect(eva.getByRole('link', { name: 'Access', exact: true })).toHaveCount(0);
  await eva.goto(`${LIST}/acs/ram/user/legacy-ftp`);
  await expect(eva.getByRole('main')).toContainText('There is no secret');
  await eva.goto('/');
  await expect(eva.getByRole('main')).not.toContainText('legacy-ftp');
  await eva.goto(`/cn-hangzhou/change-rotation/${SECRET}`);
  await hydrated(eva);
  await eva.getByRole('dialog').getByRole('button', { name: '30 days' }).click();
  await eva.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(eva.getByRole('status')).toContainText('is changed');

  const nora = await own.signedIn('nora');
  await nora.goto(LIST);
  await expect(nora).toHaveURL('/account');
  const headers = { 'sec-fetch-site': 'same-origin' };
  expect((await nora.request.post('/api/get-overview', { data: { tags: [], is_refresh: false }, headers })).status()).toBe(403);
  await expect(nora.getByRole('main')).toContainText('Nobody has granted you anything yet');

  await page.goto('/activity');
  const change = page.getByRole('row').filter({ hasText: 'Change rotation' });
  await expect(change).toContainText('eva');
  await expect(change).toContainText(SECRET);
  await change.getByText('Change rotation').click();
  await expect(change).toContainText('rotationSeconds');
  await expect(change).toContainText('local:eva');
  await page.getByLabel('Outcome').selectOption('Refused');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/outcome=refused/);
  await expect(page.getByRole('row').nth(1)).toContainText('nora');

  // A rule that is gone is gone at once.
  await page.goto('/access');
  await page.getByRole('row', { name: /payments/ }).getByText('Delete', { exact: false }).first().click();
  await accessible(page);
  await page.getByRole('button', { name: 'Delete the rule of payments' }).click();
  await expect(page.getByRole('status').first()).toContainText('The rule of payments is deleted');
  await expect(page.getByRole('row', { name: /payments/ })).toHaveCount(1);
  await eva.goto(LIST);
  await expect(eva).toHaveURL('/account');
  await expect(eva.getByRole('main')).toContainText('Nobody has granted you anything yet');

  // Her account is managed on a page of its own.
  await page.getByRole('link', { name: 'eva', exact: true }).click();
  await accessible(page);
  await page.getByLabel('Groups').fill('payments, security');
  await page.getByRole('button', { name: 'Save the groups' }).click();
  await expect(page.getByRole('status').first()).toContainText('The groups of eva are saved');
  await expect(page.getByLabel('Groups')).toHaveValue('payments, security');
  await page.getByLabel('To confirm, type eva').fill('eva');
  await page.getByRole('button', { name: 'Delete the account' }).click();
  await expect(page.getByRole('status').first()).toContainText('The account eva is deleted');
  await eva.reload();
  await expect(eva).toHaveURL(/sign-in/);
});

test('a session that ends while somebody types: they sign in beside it, and it goes on', async ({ page, own, allowErrors }) => {
  allowErrors(/401/);
  await choosePassword(page, own.link);
  await signIn(page, 'admin');
  await page.goto(`/cn-hangzhou/edit-secret/${SECRET}`);
  await hydrated(page);
  await page.getByLabel('Secret Description').fill('typed before the session ended');
  sql(own, 'DELETE FROM sessions');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  const ended = page.getByRole('dialog', { name: 'Your session has ended' });
  await expect(ended).toBeVisible();
  await accessible(page);
  const [door] = await Promise.all([page.context().waitForEvent('page'), ended.getByRole('link', { name: 'Sign in' }).click()]);
  await signIn(door, 'admin');
  await expect(door.getByRole('heading', { name: 'You are signed in' })).toBeVisible();
  await door.close();
  await expect(ended).toBeHidden();
  // What was refused is sent again: leaving the page before it has arrived would take it along.
  await expect(page.getByRole('status').filter({ hasText: 'is changed' }).first()).toBeAttached();
  await page.goto(`${LIST}/${SECRET}`);
  await expect(page.getByRole('main')).toContainText('typed before the session ended');
});

test('who calls the sign-in off is not asked again by a page that refreshes itself', async ({ page, own, allowErrors }) => {
  test.slow();
  allowErrors(/401/);
  await choosePassword(page, own.link);
  await signIn(page, 'admin');
  await page.evaluate(() => localStorage.setItem('refresh', '10'));
  await page.goto(`${LIST}/${SECRET}`);
  await hydrated(page);
  sql(own, 'DELETE FROM sessions');
  const ended = page.getByRole('dialog', { name: 'Your session has ended' });
  await expect(ended).toBeVisible({ timeout: 15_000 });
  await ended.getByRole('button', { name: 'Cancel' }).click();
  await page.waitForTimeout(12_000);
  await expect(ended).toBeHidden();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(ended, 'what they do themselves asks').toBeVisible();
});

test('who signs in beside a page of somebody else does not act for them', async ({ page, browser, own, allowErrors }) => {
  allowErrors(/401|403/);
  await choosePassword(page, own.link);
  await signIn(page, 'admin');
  await member(page, browser, 'eva', 'payments');
  await grant(page, 'operator', 'payments', 'acs/ram/user/pay*');
  const eva = await own.signedIn('eva');
  await eva.goto(`/cn-hangzhou/delete-secret/${SECRET}`);
  await hydrated(eva);
  sql(own, "DELETE FROM sessions WHERE person = 'local:eva'");
  await eva.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  const ended = eva.getByRole('dialog', { name: 'Your session has ended' });
  const [door] = await Promise.all([eva.context().waitForEvent('page'), ended.getByRole('link', { name: 'Sign in' }).click()]);
  await signIn(door, 'admin');
  await expect(door.getByRole('heading', { name: 'You are signed in' })).toBeVisible();
  await expect(eva.getByRole('link', { name: 'admin' })).toBeVisible();
  await page.goto('/activity?event=delete_secret');
  await expect(page.getByRole('main')).toContainText('No activity');
});

test('what cannot be undone asks who it is, once the sign-in is a while ago', async ({ page, own, allowErrors }) => {
  allowErrors(/403|422/);
  await choosePassword(page, own.link);
  await signIn(page, 'admin');
  await page.goto(`/cn-hangzhou/rotate-secret/${SECRET}`);
  await hydrated(page);
  sql(own, 'UPDATE sessions SET privileged_until_ms = 0');
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate Now' }).click();
  const confirm = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await expect(confirm).toBeVisible();
  // Called off, nothing happens, and that is said.
  await confirm.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('alert')).toContainText('your last sign-in is a while ago');
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate Now' }).click();
  const [door] = await Promise.all([page.context().waitForEvent('page'), confirm.getByRole('link', { name: 'Sign in' }).click()]);
  await expect(door.getByLabel('Name')).toHaveValue('admin');
  await door.getByLabel('Password').fill('wrong');
  await door.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(door.getByRole('alert')).toContainText('wrong');
  await door.getByLabel('Password').fill(PASSWORD);
  await door.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(door.getByRole('heading', { name: 'You are signed in' })).toBeVisible();
  await expect(page.getByRole('status').first()).toContainText(/rotat/i);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });
  test('one signs in, sees the activity, and signs out', async ({ page, own }) => {
    await choosePassword(page, own.link);
    await page.goto('/activity?event=sign_in');
    await signIn(page, 'admin');
    await expect(page).toHaveURL('/activity?event=sign_in');
    await expect(page.getByRole('row').nth(1)).toContainText('Sign in');
    await page.goto('/account');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  });

  test('a form outlives its session: they sign in beside it and send it again, without the value', async ({ page, context, own, allowErrors }) => {
    allowErrors(/401|422/);
    await choosePassword(page, own.link);
    await page.goto('/cn-hangzhou/create-secret');
    await signIn(page, 'admin');
    const wizard = page.getByRole('dialog', { name: 'Create Secret' });
    // The page that needs no script comes in place of the other.
    await wizard.locator('select[name=user]').selectOption('checkout-api');
    await wizard.getByRole('button', { name: 'Show the AccessKeys of this user' }).click();
    await wizard.getByLabel('Secret Description').fill('two\nlines, "kept"');
    const value = wizard.locator('input[type=password]').first();
    await value.fill('canary-value-of-an-ended-session');
    sql(own, 'DELETE FROM sessions');
    await wizard.getByRole('button', { name: 'OK' }).click();
    await expect(page.getByRole('heading', { name: 'Your session has ended' })).toBeVisible();
    await expect(page.getByText('AccessKey secrets are not kept')).toBeVisible();
    expect(await page.content()).not.toContain('canary-value-of-an-ended-session');
    const opened = context.waitForEvent('page');
    await page.getByRole('link', { name: 'Sign in' }).click();
    const door = await opened;
    await signIn(door, 'admin');
    await expect(door.getByRole('heading', { name: 'You are signed in' })).toBeVisible();
    await page.getByRole('button', { name: 'Send again' }).click();
    await expect(wizard.getByLabel('Secret Description')).toHaveValue('two\nlines, "kept"');
    await expect(wizard.getByLabel('Select RAM User')).toHaveValue('checkout-api');
    await expect(value).toHaveValue('');
  });
});

test('s53 no secret is in a log, an address, the page, its storage or the database', async ({ page, own, playwright }) => {
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url()));
  await choosePassword(page, own.link);
  await signIn(page, 'admin');
  const request = await playwright.request.newContext();
  const sandbox = new Sandbox(own.sandboxUrl, request);
  const key = (await sandbox.accessKeys()).find((of) => of.userName === 'checkout-api')!;
  await page.goto('/cn-hangzhou/create-secret');
  await hydrated(page);
  await page.getByRole('combobox', { name: 'Select RAM User' }).fill('checkout-api');
  await page.getByRole('option', { name: /^checkout-api/ }).click();
  await page.getByLabel(key.accessKeyId).fill(key.accessKeySecret);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'OK' }).click();
  await expect(page.getByRole('dialog', { name: 'Created successfully' })).toBeVisible();
  const session = (await page.context().cookies()).find((cookie) => cookie.name === '__Host-session')!.value;
  const link = new URL(own.link).searchParams.get('token')!;
  const seen = [await page.content(), await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, document.cookie]))];
  await page.goto('/activity');
  seen.push(await page.content(), (await page.request.get('/activity.jsonl')).ok() ? await (await page.request.get('/activity.jsonl')).text() : '');
  const files = readdirSync(own.data).map((file) => readFileSync(join(own.data, file), 'latin1'));
  const canaries = { password: PASSWORD, 'AccessKey secret': key.accessKeySecret, session };
  for (const [what, canary] of Object.entries(canaries)) {
    for (const text of [...seen, ...files, ...addresses]) expect(text.includes(canary), `the ${what} is in ${text.slice(0, 60)}`).toBe(false);
    expect(addresses.some((address) => address.includes(encodeURIComponent(canary))), `the ${what} in an address`).toBe(false);
  }
  // The one-time link is an address by its nature; nothing keeps it.
  for (const text of [...seen, ...files]) expect(text.includes(link)).toBe(false);
  expect(readFileSync(own.log, 'utf8').length, 'the log was verbose').toBeGreaterThan(10_000);
  await request.dispose();
});
