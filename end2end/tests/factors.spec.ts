// What a local account signs in with beside or in place of its password: an app's codes, recovery codes, passkeys.
import { createHmac } from 'node:crypto';
import type { Page } from '@playwright/test';
import { accessible, expect, hydrated } from '../fixtures/keyturn.ts';
import { choosePassword, LIST, member, PASSWORD, signIn, sql, test } from '../fixtures/own.ts';

/** The 30 seconds that an authenticator app is in (RFC 6238): a code counts in those before and after its own too. */
const now = () => Math.floor(Date.now() / 30_000);

/** What an authenticator app shows in one step (RFC 6238, SHA-1). */
function app(secret: string, step: number) {
  const bits = [...secret.replaceAll(' ', '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function enter(page: Page, code: string) {
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Go on' }).click();
}

async function outAndIn(page: Page, to = LIST) {
  await page.goto('/account');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto(to);
  await signIn(page, 'admin');
}

test('an app beside the password, and recovery codes when it is lost', async ({ page, browser, own, allowErrors }) => {
  allowErrors(/422/);
  await choosePassword(page, own.link);
  await signIn(page, 'admin');
  await page.goto('/account');
  await expect(page.getByRole('main')).toContainText('the password alone signs in');
  await accessible(page);
  await page.getByRole('button', { name: 'Set up' }).click();
  await expect(page.getByRole('heading', { name: 'Set up an authenticator app' })).toBeVisible();
  await expect(page.getByRole('img', { name: 'QR code' })).toBeVisible();
  await accessible(page);
  const secret = await page.getByLabel('Key').inputValue();
  await enter(page, '000000');
  await expect(page.getByRole('alert')).toContainText('That code is not right');
  expect(await page.getByLabel('Key').inputValue()).toBe(secret);
  // One step for the whole journey: it may cross from one into the next anywhere.
  const step = now();
  await enter(page, app(secret, step));
  await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible();
  await accessible(page);
  const codes = await page.locator('.recovery-codes code').allTextContents();
  expect(codes).toHaveLength(10);
  await page.getByRole('link', { name: 'I have kept them' }).click();
  await expect(page.getByRole('main')).toContainText('10 recovery codes are left');

  await outAndIn(page, `${LIST}?q=pay`);
  await expect(page.getByRole('heading', { name: 'Enter the code of your app' })).toBeVisible();
  await accessible(page);
  await enter(page, app(secret, step));
  await expect(page.getByRole('alert')).toContainText('was used already');
  await enter(page, app(secret, step + 1));
  await expect(page).toHaveURL(`${LIST}?q=pay`);

  await outAndIn(page);
  await enter(page, codes[3]);
  await expect(page).toHaveURL(LIST);
  await page.goto('/account');
  await expect(page.getByRole('main')).toContainText('9 recovery codes are left');

  // Phone and codes are lost: an administrator helps.
  await member(page, browser, 'eva', 'none');
  sql(own, "INSERT INTO totps (account, secret, last_step) VALUES ('eva', 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', 0)");
  await page.goto('/access');
  await expect(page.getByRole('row', { name: /eva/ })).toContainText('with app');
  await page.getByRole('link', { name: 'eva', exact: true }).click();
  await page.getByRole('button', { name: 'Remove app and passkeys' }).click();
  await expect(page.getByRole('status').first()).toContainText('with the password alone again');
  await page.goto('/access');
  await expect(page.getByRole('row', { name: /eva/ })).not.toContainText('with app');
  await page.goto('/activity?event=sign_in');
  await expect(page.getByRole('row').filter({ hasText: 'Refused' })).toHaveCount(1);

  await page.goto('/account');
  await page.getByRole('button', { name: 'Remove the app' }).click();
  await expect(page.getByRole('main')).toContainText('the password alone signs in');
});

test.describe('where a second factor is required', () => {
  test.use({ settings: { KEYTURN_SECOND_FACTOR: 'required' } });
  test('who has none sets one up before the first session', async ({ page, own, allowErrors }) => {
    allowErrors(/422/);
    await choosePassword(page, own.link);
    await page.goto(LIST);
    await signIn(page, 'admin');
    await expect(page.getByRole('main')).toContainText('a password alone does not sign in');
    const secret = await page.getByLabel('Key').inputValue();
    await page.goto(LIST);
    await expect(page).toHaveURL(/sign-in/);
    await signIn(page, 'admin');
    expect(await page.getByLabel('Key').inputValue()).not.toBe(secret);
    await enter(page, app(await page.getByLabel('Key').inputValue(), now()));
    await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible();
    await page.getByRole('link', { name: 'I have kept them' }).click();
    await expect(page).toHaveURL(LIST);
  });
});

test('a passkey signs in by itself, confirms who it is, and is gone when it is removed', async ({ page, own, allowErrors }) => {
  allowErrors(/422|403/);
  await choosePassword(page, own.link);
  await signIn(page, 'admin');
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } as const;
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', { options });
  await page.goto('/account');
  await page.getByLabel('Name of the passkey').fill('Laptop');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByRole('button', { name: 'Remove the passkey Laptop' })).toBeVisible();
  await accessible(page);

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto(LIST);
  await accessible(page);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page).toHaveURL(LIST);
  await expect(page.getByRole('link', { name: 'admin' })).toBeVisible();

  // It confirms, too.
  sql(own, 'UPDATE sessions SET privileged_until_ms = 0');
  await page.goto('/account');
  await page.getByRole('button', { name: 'Choose a new password' }).click();
  await expect(page.getByRole('heading', { name: 'Confirm that it is you' })).toBeVisible();
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByRole('button', { name: 'Choose a new password' }).click();
  await page.getByLabel('Password', { exact: true }).fill(`${PASSWORD}!`);
  await page.getByLabel('Password once more').fill(`${PASSWORD}!`);
  await page.getByRole('button', { name: 'Save the password' }).click();

  // Whoever is not the device's owner gets nowhere.
  await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('alert')).toContainText('Nothing came of it');
  await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('link', { name: 'admin' })).toBeVisible();
  await page.goto('/account');
  await page.getByRole('button', { name: 'Remove the passkey Laptop' }).click();
  await expect(page.getByRole('button', { name: 'Remove the passkey Laptop' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('alert')).toContainText('does not open an account here');
});

test('an answer to another challenge opens nothing', async ({ page, own, allowErrors }) => {
  allowErrors(/422/);
  await choosePassword(page, own.link);
  await page.goto('/sign-in');
  await hydrated(page);
  const answers = await page.evaluate(async () => {
    const post = (to: string, fields: object) => fetch(to, { method: 'POST', body: new URLSearchParams(fields as Record<string, string>) });
    const { step } = await (await post('/sign-in/passkey-options', {})).json();
    const made = JSON.stringify({ id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: { authenticatorData: 'AAAA', clientDataJSON: 'AAAA', signature: 'AAAA', userHandle: 'AAAAAAAAAAAAAAAAAAAAAA' } });
    return Promise.all([['x', made], [step, '{}'], [step, made]].map(async ([step, credential]) => (await post('/sign-in/passkey', { step, credential })).status));
  });
  expect(answers).toEqual([422, 422, 422]);
  expect((await page.context().cookies()).some((cookie) => cookie.name === '__Host-session')).toBe(false);
});
