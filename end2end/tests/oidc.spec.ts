// Signing in at an OpenID provider: the certified one for what people do, one that forges for what must be refused.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { byAnotherKey, byOurSecret, certified, configured, Forger, unsigned, type Running } from '../fixtures/provider.ts';
import { accessible, expect, hydrated, start, test as base, type Console } from '../fixtures/keyturn.ts';

const SECRET = 'acs/ram/user/payroll-exporter';
const LIST = '/cn-hangzhou/secrets';
// A group of one provider is none of the other's.
const rules = (issuer: string) => `[[grant]]\nrole = "viewer"\ngroup = "security"\nprovider = "${issuer}"\n`
  + `[[grant]]\nrole = "operator"\ngroup = "payments"\nprovider = "${issuer}"\nnames = ["acs/ram/user/pay*"]\n`;

interface Own extends Console { data: string; company: Running; forger: Forger }

const test = base.extend<{ own: Own }>({
  own: async ({ allowErrors }, use, info) => {
    // People leave for the provider and come back.
    // Its development pages ask for fonts elsewhere.
    allowErrors(/foreign request|404|422|503|ERR_NAME_NOT_RESOLVED/);
    const data = mkdtempSync(join(tmpdir(), 'keyturn-'));
    const port = 4600 + info.parallelIndex * 4;
    const company = await certified(port + 2, `http://localhost:${port}`, { sam: ['security'], pia: ['payments'] });
    const forger = await Forger.start(port + 3);
    const file = join(data, 'keyturn.toml');
    writeFileSync(file, `auth = "local,oidc"\n${rules(company.issuer)}${rules(forger.issuer)}`
      + configured('company', 'the company', company.issuer).trimEnd() + '\nscopes = ["openid", "profile"]\n'
      + configured('forger', 'the forger', forger.issuer));
    const { stop, ...console } = await start(port, data, {}, ['--config', file]);
    await use({ ...console, data, company, forger });
    await stop();
    await company.close();
    await forger.close();
    rmSync(data, { recursive: true });
  },
  baseURL: async ({ own }, use) => use(own.url),
});

/** At the certified provider's own pages. */
async function atTheCompany(page: Page, name: string) {
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.getByRole('button', { name: /sign-in/i }).click();
  const consent = page.getByRole('button', { name: /continue/i });
  await consent.click();
}

async function signIn(page: Page, name: string, to = LIST) {
  await page.goto(to);
  await page.getByRole('link', { name: 'Sign in with the company' }).click();
  await atTheCompany(page, name);
}

function sql(own: Own, statement: string) {
  const script = 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()';
  execFileSync('python3', ['-c', script, join(own.data, 'keyturn.db'), statement]);
}

test('people come by their provider, with its groups, to where they wanted to go', async ({ page, own }) => {
  await page.goto(`${LIST}?q=pay`);
  await accessible(page);
  await signIn(page, 'pia', `${LIST}?q=`);
  await expect(page).toHaveURL(`${LIST}?q=`);
  await hydrated(page);
  await expect(page.locator('.count')).toContainText(/^1 secret/);
  await page.getByRole('link', { name: 'Dr. pia' }).click();
  await expect(page.getByRole('main')).toContainText(`oidc:${own.company.issuer}|pia`);
  await expect(page.getByRole('main')).toContainText('payments');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('status')).toContainText('At the company you may still be signed in');
  await accessible(page);
  await page.getByRole('link', { name: 'Sign out at the company too' }).click();
  await page.getByRole('button', { name: /yes, sign me out/i }).click();
  // Then the provider asks for the password again.
  await page.goto(LIST);
  await expect(page.getByText('you may still be signed in')).toHaveCount(0);
  await page.getByRole('link', { name: 'Sign in with the company' }).click();
  await expect(page.locator('input[name=password]')).toBeVisible();
});

test('who calls it off at the provider is told so, and a used answer is worth nothing, here or elsewhere', async ({ page, own, browser }) => {
  await page.goto(LIST);
  await page.getByRole('link', { name: 'Sign in with the company' }).click();
  await page.getByRole('link', { name: /cancel/i }).click();
  await expect(page.getByRole('alert')).toContainText('You were not signed in');

  const callbacks: string[] = [];
  page.on('request', (request) => { if (request.url().includes('/sign-in/callback')) callbacks.push(request.url()); });
  await signIn(page, 'sam');
  await expect(page).toHaveURL(LIST);
  const used = callbacks.at(-1)!;
  const stranger = await browser.newContext({ baseURL: own.url });
  for (const tab of [page, await stranger.newPage()]) {
    await tab.goto(used);
    await expect(tab.getByRole('alert')).toContainText('took too long, or was begun in another browser');
  }
  // One that was not used yet, in another browser than began it.
  const fresh = await (await browser.newContext({ baseURL: own.url })).newPage();
  await fresh.route('**/sign-in/callback/**', (route) => route.abort());
  await fresh.goto(LIST);
  await fresh.getByRole('link', { name: 'Sign in with the forger' }).click().catch(() => {});
  const [stolen] = await Promise.all([fresh.waitForRequest(/sign-in\/callback/), fresh.goto('/sign-in/with/forger').catch(() => {})]);
  const thief = await stranger.newPage();
  await thief.goto(stolen.url());
  await expect(thief.getByRole('alert')).toContainText('was begun in another browser');
  await stranger.close();
  await fresh.context().close();
});

test('s43 tokens that prove nothing let nobody in, a right one does, and the code is asked for by who began', async ({ page, own }) => {
  const { forger } = own;
  const wrong: Record<string, Forger['forge']> = {
    'of another sign-in': (claims) => ({ ...claims, nonce: 'another' }),
    'without a nonce': ({ nonce, ...claims }) => claims,
    'for another application': (claims) => ({ ...claims, aud: 'another' }),
    'for several, made for another': (claims) => ({ ...claims, aud: ['keyturn', 'another'], azp: 'another' }),
    'of another issuer': (claims) => ({ ...claims, iss: `${forger.issuer}/` }),
    'expired': (claims) => ({ ...claims, exp: Math.floor(Date.now() / 1000) - 120 }),
    'without an end': ({ exp, ...claims }) => claims,
    'without a subject': ({ sub, ...claims }) => claims,
    'not signed': (claims) => unsigned(claims),
    'signed with the client\'s secret': (claims) => byOurSecret(claims),
    'signed with another key': (claims) => byAnotherKey(claims, forger),
    'no token': async () => 'nonsense',
  };
  for (const [what, forge] of Object.entries(wrong)) {
    forger.forge = forge;
    await page.goto('/sign-in/with/forger');
    await expect(page.getByRole('alert'), what).toContainText('You were not signed in');
    await page.goto('/account');
    await expect(page, what).toHaveURL(/sign-in/);
  }
  forger.forge = (claims) => claims;
  await page.goto('/sign-in/with/forger?return_to=//evil.example');
  await expect(page).toHaveURL('/');
  await expect(page.getByRole('link', { name: 'Frida' })).toBeVisible();
  expect(forger.isProven()).toBe(true);
});

test('a provider changes its keys, and goes down', async ({ page, own }) => {
  test.setTimeout(60_000);
  await page.goto('/sign-in/with/forger');
  await expect(page.getByRole('link', { name: 'Frida' })).toBeVisible();
  await own.forger.rotate();
  await page.context().clearCookies();
  // An unknown key has the provider asked again, but not more often than each ten seconds.
  await page.waitForTimeout(10_500);
  await page.goto('/sign-in/with/forger');
  await expect(page.getByRole('link', { name: 'Frida' })).toBeVisible();
  await page.context().clearCookies();
  await own.company.close();
  await page.goto('/sign-in/with/company');
  await expect(page.getByRole('alert')).toContainText('The provider does not answer');
  await expect(page.getByLabel('Password')).toBeVisible();
});

test('what cannot be undone sends people to their provider once more', async ({ page, own, allowErrors }) => {
  allowErrors(/403/);
  await signIn(page, 'pia');
  await expect(page).toHaveURL(LIST);
  await page.goto(`/cn-hangzhou/rotate-secret/${SECRET}`);
  await hydrated(page);
  sql(own, 'UPDATE sessions SET privileged_until_ms = 0');
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate Now' }).click();
  const confirm = page.getByRole('dialog', { name: 'Confirm that it is you' });
  const [door] = await Promise.all([page.context().waitForEvent('page'), confirm.getByRole('link', { name: 'Sign in' }).click()]);
  await expect(door.getByLabel('Password')).toHaveCount(0);
  await door.getByRole('link', { name: 'Sign in with the company' }).click();
  // It asks anew, though it knows this browser.
  await door.locator('input[name=login]').fill('pia');
  await door.locator('input[name=password]').fill('any');
  await door.getByRole('button', { name: /sign-in/i }).click();
  await door.getByRole('button', { name: /continue/i }).click({ timeout: 3_000 }).catch(() => {});
  await expect(door.getByRole('heading', { name: 'You are signed in' })).toBeVisible();
  await expect(page.getByRole('status').first()).toContainText(/rotat/i);
});

test('a provider ends sessions by its back channel, and nobody else does', async ({ page, own }) => {
  await signIn(page, 'sam');
  await expect(page).toHaveURL(LIST);
  await page.goto(`${own.company.issuer}/session/end`);
  await page.getByRole('button', { name: /yes/i }).click();
  await page.waitForURL(/success/);
  await page.goto(`${own.url}/account`);
  expect(page.url(), 'signed out at the company').toContain('/sign-in');
  // A forged one ends nothing; nor does an ID token.
  await page.goto(`${own.url}/sign-in/with/forger`);
  const { forger } = own;
  const logout = forger.logout();
  const send = async (token: string) => (await page.request.post(`${own.url}/sign-in/backchannel-logout`, { form: { logout_token: token }, headers: { cookie: '' } })).status();
  expect(await send(await byAnotherKey(logout, forger))).toBe(400);
  expect(await send(await forger.sign(forger.claims('a')))).toBe(400);
  expect(await send(await forger.sign({ ...logout, nonce: 'n' }))).toBe(400);
  await page.goto(`${own.url}/account`);
  expect(page.url()).toContain('/account');
  expect(await send(await forger.sign(logout))).toBe(200);
  await page.goto(`${own.url}/account`);
  expect(page.url()).toContain('/sign-in');
});
