// Findings of a penetration test about OpenID Connect, each named after it (`pt02 …`): the certified provider is honest, and
// one that the test writes is malicious. The other findings are in `server/tests/penetration.rs` and `injection.spec.ts`.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { certified, configured, Forger, type Running } from '../fixtures/provider.ts';
import { expect, speak, start, test as base, type Console } from '../fixtures/keyturn.ts';
import { choosePassword, signIn } from '../fixtures/own.ts';

interface Own extends Console { company: Running; contractor: Forger; records: (query: string) => Promise<Record<string, any>[]> }

const test = base.extend<{ own: Own }>({
  own: async ({ browser, allowErrors }, use, info) => {
    allowErrors(/./);
    const data = mkdtempSync(join(tmpdir(), 'keyturn-'));
    const port = 4900 + info.parallelIndex * 4;
    const company = await certified(port + 2, `http://localhost:${port}`, { boss: ['security'] });
    const contractor = await Forger.start(port + 3);
    const rule = (issuer: string) => `[[grant]]\nrole = "operator"\ngroup = "security"\nprovider = "${issuer}"\n`;
    const file = join(data, 'keyturn.toml');
    writeFileSync(file, `auth = "local,oidc"\n${rule(company.issuer)}${rule(contractor.issuer)}`
      + configured('company', 'the company', company.issuer).trimEnd() + '\nscopes = ["openid", "profile"]\n'
      + configured('contractor', 'the contractor', contractor.issuer));
    const { stop, output, ...console } = await start(port, data, {}, ['--config', file]);
    const context = await browser.newContext({ baseURL: console.url });
    const admin = await context.newPage();
    await choosePassword(admin, output.match(/http\S+token=\w+/)![0]);
    await admin.goto('/sign-in');
    await signIn(admin, 'admin');
    const records = async (query: string) => {
      const lines = await (await context.request.get(`${console.url}/activity.jsonl?${query}`)).text();
      return lines.split('\n').filter(Boolean).map((line) => JSON.parse(line));
    };
    await use({ ...console, company, contractor, records });
    await context.close();
    await stop();
    await company.close();
    await contractor.close();
    rmSync(data, { recursive: true });
  },
  baseURL: async ({ own }, use) => use(own.url),
});

const person = async (browser: Browser, own: Own) => (await browser.newContext({ baseURL: own.url })).newPage();

/** At the certified provider's own pages. */
async function atTheCompany(page: Page, name: string) {
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.getByRole('button', { name: /sign-in/i }).click();
  await page.getByRole('button', { name: /continue/i }).click();
}

test('pt02 a malicious provider does not sign in as a person of another one', async ({ browser, own }) => {
  // The attacker begins at the company, and keeps what that flow is bound to.
  const attacker = await person(browser, own);
  const begun = await attacker.context().request.get(`${own.url}/sign-in/with/company`, { maxRedirects: 0 });
  const ofAttacker = new URL(begun.headers().location).searchParams;
  // The contractor redirects each browser to the company, with the state of this sign-in.
  let redirectUri = '';
  own.contractor.redirect = (asked) => {
    redirectUri = asked.get('redirect_uri')!.replace('contractor', 'company');
    const there = new URL(`${own.company.issuer}/auth`);
    there.search = new URLSearchParams({
      ...Object.fromEntries(ofAttacker), redirect_uri: redirectUri, state: asked.get('state')!,
    }).toString();
    return there.href;
  };
  const victim = await person(browser, own);
  const back = victim.waitForRequest((request) => request.url().startsWith(redirectUri || '-'));
  await victim.goto('/sign-in/with/contractor');
  await atTheCompany(victim, 'boss');
  const code = new URL((await back).url()).searchParams.get('code')!;
  expect(code).toBeTruthy();
  await expect(victim.getByRole('alert')).toContainText('You were not signed in');
  expect(own.contractor.tokenRequests, 'the code of the company reaches no other provider').toBe(0);
  // And with the address of the contractor, the company redirects nowhere.
  own.contractor.redirect = (asked) => {
    const there = new URL(`${own.company.issuer}/auth`);
    there.search = new URLSearchParams({ ...Object.fromEntries(ofAttacker), redirect_uri: asked.get('redirect_uri')!, state: asked.get('state')! }).toString();
    return there.href;
  };
  await victim.goto('/sign-in/with/contractor');
  expect(victim.url()).toContain(own.company.issuer);
  await expect(victim.locator('body')).toContainText('redirect_uri');
  expect(own.contractor.tokenRequests).toBe(0);
  const refused = await own.records('event=sign_in&outcome=refused');
  expect(refused[0]).toMatchObject({ code: 'invalid_token', parameters: { provider: 'company' } });
});

test('pt02 an authorization response says whose it is, and says it once', async ({ browser, own }) => {
  const page = await person(browser, own);
  const { contractor } = own;
  const comesIn = async () => {
    await page.context().clearCookies();
    await page.goto('/sign-in/with/contractor');
    return page.getByRole('link', { name: 'Frida' }).isVisible();
  };
  contractor.discovery = { authorization_response_iss_parameter_supported: true };
  for (const [response, isIn] of [
    [[], false], [[['iss', own.company.issuer]], false], [[['iss', contractor.issuer], ['iss', own.company.issuer]], false],
    [[['iss', contractor.issuer], ['state', 'another']], false], [[['iss', contractor.issuer], ['code', 'another']], false],
    [[['iss', contractor.issuer]], true],
  ] as [[string, string][], boolean][]) {
    contractor.response = response;
    expect(await comesIn(), JSON.stringify(response)).toBe(isIn);
  }
});

test('pt02 the address of earlier versions says what to change', async ({ page, own }) => {
  for (const [language, words] of [['en', 'no longer uses'], ['zh-CN', '不再使用'], ['ja', '使用されなくなった']]) {
    await speak(page, language);
    const answer = await page.goto('/sign-in/callback?state=x&code=y');
    expect(answer!.status()).toBe(410);
    await expect(page.getByRole('alert')).toContainText(words);
    await expect(page.getByRole('main')).toContainText(`${own.url}/sign-in/callback/company`);
    await expect(page.getByRole('main')).toContainText(`${own.url}/sign-in/callback/contractor`);
  }
});

test('pt13 a logout token is accepted once, for minutes, and ends sessions of its provider alone', async ({ browser, own }) => {
  const { contractor } = own;
  const now = () => Math.floor(Date.now() / 1000);
  // Both providers call a session 7.
  contractor.forge = (claims) => ({ ...claims, sid: '7' });
  const frida = await person(browser, own);
  const enter = async () => {
    await frida.goto('/sign-in/with/contractor');
    await expect(frida.getByRole('link', { name: 'Frida' })).toBeVisible();
  };
  await enter();
  const isIn = async () => { await frida.goto('/account'); return frida.url().endsWith('/account'); };
  const send = async (claims: Record<string, unknown>, header = {}) => {
    const token = await contractor.sign(claims, undefined, header);
    return (await fetch(`${own.url}/sign-in/backchannel-logout`, { method: 'POST', body: new URLSearchParams({ logout_token: token }) })).status;
  };
  const right = contractor.logout();
  for (const [what, claims, header] of [
    ['of yesterday', { ...right, iat: now() - 86_400 }], ['of tomorrow', { ...right, iat: now() + 86_400 }], ['valid for a year', { ...right, exp: now() + 31_536_000 }],
    ['without an ID', { ...right, jti: undefined }], ['of another type', right, { typ: 'at+jwt' }], ['with a critical extension', right, { crit: ['urn'], urn: 1 }],
  ] as [string, Record<string, unknown>, object?][]) expect(await send(claims, header), what).toBe(400);
  expect(await isIn()).toBe(true);
  expect(await send(right, { typ: 'logout+jwt' })).toBe(200);
  expect(await isIn()).toBe(false);
  const [record] = await own.records('event=sign_out&outcome=done');
  expect(record).toMatchObject({ person: `oidc:${contractor.issuer}|frida`, name: 'Frida', parameters: { provider: 'contractor' } });
  expect(record.session).toHaveLength(12);
  await enter();
  expect(await send(right, { typ: 'logout+jwt' }), 'the same token again').toBe(400);
  expect(await isIn()).toBe(true);
  // By the session's ID alone: the person is named all the same.
  expect(await send({ ...contractor.logout(), sub: undefined, sid: '7' })).toBe(200);
  expect(await isIn()).toBe(false);
  expect((await own.records('event=sign_out&outcome=done'))[0]).toMatchObject({ person: `oidc:${contractor.issuer}|frida` });
  expect((await own.records('event=sign_out&outcome=refused')).length).toBeGreaterThan(5);
});

test('pt14 odd tokens, subjects and endpoints let nobody in', async ({ browser, own }) => {
  const page = await person(browser, own);
  const { contractor } = own;
  const now = Math.floor(Date.now() / 1000);
  const wrong: Record<string, Forger['forge']> = {
    'issued a year ahead': (claims) => ({ ...claims, iat: now + 31_536_000 }),
    'issued yesterday': (claims) => ({ ...claims, iat: now - 86_400 }),
    'issued at no time': ({ iat, ...claims }) => claims,
    'with a critical extension': (claims) => contractor.sign(claims, undefined, { crit: ['urn'], urn: 1 }),
    'a logout token': (claims) => contractor.sign(claims, undefined, { typ: 'logout+jwt' }),
    'a subject of two lines': (claims) => ({ ...claims, sub: 'frida\nadmin' }),
    'a subject that is read backwards': (claims) => ({ ...claims, sub: 'frida\u202enimda' }),
    'a subject with a space before it': (claims) => ({ ...claims, sub: ' frida' }),
    'a subject with what is not seen': (claims) => ({ ...claims, sub: 'frida\u200b' }),
    'a subject in other letters that look alike': (claims) => ({ ...claims, sub: 'frid\u0430' }),
    'of several issuers': (claims) => ({ ...claims, iss: [contractor.issuer, 'another'] }),
    'made for a number': (claims) => ({ ...claims, azp: 7 }),
    'a subject of any length': (claims) => ({ ...claims, sub: 'x'.repeat(5_000) }),
  };
  for (const [what, forge] of Object.entries(wrong)) {
    contractor.forge = forge;
    await page.goto('/sign-in/with/contractor');
    await expect(page.getByRole('alert'), what).toContainText('You were not signed in');
  }
  contractor.forge = (claims) => ({ ...claims, name: 'Frida\u202e\n\u0007\u00a0\u00a0the\u200b \u3164\u2800Great' });
  await page.goto('/sign-in/with/contractor');
  await expect(page.getByRole('link', { name: 'Frida the Great', exact: true })).toBeVisible();
  const [record] = await own.records('event=sign_in&outcome=done&person=Frida the Great');
  expect(record.parameters).toMatchObject({ provider: 'contractor' });
  expect(record.session).toHaveLength(12);
});

for (const [what, discovery] of Object.entries({
  token: { token_endpoint: 'http://192.0.2.1/token' }, keys: { jwks_uri: 'http://keys.example/jwks' }, authorization: { authorization_endpoint: 'javascript:alert(1)' },
  logout: { end_session_endpoint: 'http://localhost.example/end' },
})) {
  test(`pt14 nobody is sent to a provider whose ${what} endpoint is not https`, async ({ page, own }) => {
    own.contractor.discovery = discovery;
    await page.goto('/sign-in/with/contractor');
    await expect(page.getByRole('alert')).toContainText('The provider does not answer');
    expect(own.contractor.authorizations).toBe(0);
  });
}

test('pt12 a network begins so many sign-ins, and others go on', async ({ browser, page, own, request }) => {
  test.setTimeout(60_000);
  const begin = async () => (await request.get(`${own.url}/sign-in/with/contractor`, { maxRedirects: 0 })).status();
  // Pictures and scripts of any page begin nothing, and use nothing up.
  for (const headers of [{ 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }, { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }]) {
    for (let round = 0; round < 20; round += 1) expect((await request.get(`${own.url}/sign-in/with/contractor`, { headers, maxRedirects: 0 })).status()).toBe(403);
  }
  // A browser that has signed in before has its own budget.
  const frida = await person(browser, own);
  await frida.goto('/sign-in/with/contractor');
  await expect(frida.getByRole('link', { name: 'Frida' })).toBeVisible();
  const statuses: number[] = [];
  while (statuses.length < 1_008) statuses.push(...await Promise.all(Array.from({ length: 16 }, begin)));
  expect(statuses.filter((status) => status === 303)).toHaveLength(999);
  expect(statuses.filter((status) => status === 429)).toHaveLength(9);
  const answer = await page.goto('/sign-in/with/contractor');
  expect(Number(answer!.headers()['retry-after'])).toBeGreaterThan(500);
  await expect(page.getByRole('alert')).toContainText('10');
  for (const again of ['to confirm', 'from a known browser']) {
    await frida.goto('/sign-in/with/contractor');
    await expect(frida.getByRole('link', { name: 'Frida' }), again).toBeVisible();
    await frida.goto('/account');
    await frida.getByRole('button', { name: 'Sign out' }).click();
  }
});
