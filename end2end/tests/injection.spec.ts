// pt01: Stored text becomes no element, on any page, rendered by the server or hydrated, in any language. A console whose
// stored fields are full of hostile text has the same element tree on every page as one with harmless text.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import { Cloud } from '../fixtures/cloud.ts';
import { expect, Sandbox, speak, start, test } from '../fixtures/keyturn.ts';
import { choosePassword, PASSWORD, signIn } from '../fixtures/own.ts';

const REGION = 'cn-hangzhou';
const SECRET = 'acs/ram/user/legacy-ftp';
const DOOMED = 'acs/ram/user/price-engine';

/** What ends each context that a value can be in; the first of a text is what counts most. */
const BREAKERS = [
  '</TextArea\t><b data-injected=1></b>', '</ti<b></TITLE ><i data-injected=1></i>', '"\'><u data-injected=1></u>', '--><!--<s data-injected=1></s>-->',
  '</script ><em data-injected=1></em>', '</STYLE></noScript><p data-injected=1></p>', ']]><q data-injected=1></q>', '<plaintext data-injected=1>',
];
const hostile = (turn: number) => [...BREAKERS.slice(turn), ...BREAKERS.slice(0, turn)].join(' ');
/** Of the same length, with nothing that HTML knows. */
const harmless = hostile(0).replace(/[<>"'&=/!\[\]-]/g, 'x');

interface World { url: string; context: BrowserContext; page: Page; text: string; data: string; stop: () => Promise<void> }

/** Types and sends the text wherever something is kept: by the console's own pages, and by the cloud's own API. */
async function fill({ url, context, page, text, data }: World, sandboxUrl: string, sandbox: Sandbox) {
  const cloud = new Cloud(sandboxUrl);
  const short = text.slice(0, 120).replace(/\s/g, ' ');
  cloud.call('ram/UpdateUser', { UserName: 'checkout-api', NewUserName: 'checkout-api', NewDisplayName: short, NewComments: short });
  cloud.call('ram/UpdateUser', { UserName: 'legacy-ftp', NewUserName: 'legacy-ftp', NewDisplayName: short });
  cloud.call('kms/UpdateSecret', { SecretName: DOOMED, Description: text, 'ExtendedConfig.CustomData.note': text.slice(0, 300) });
  cloud.call('kms/SetSecretPolicy', { SecretName: DOOMED, PolicyName: 'default', Policy: JSON.stringify({ Version: '1', Statement: [{ Sid: text, Effect: 'Allow', Principal: { RAM: ['acs:ram::1234567890123456:*'] }, Action: ['kms:*'], Resource: ['*'] }] }) });

  await page.goto('/account');
  const mark = await page.locator('html').getAttribute('data-person') ?? '';
  const headers = { 'sec-fetch-site': 'same-origin' };
  const call = async (name: string, data: object) => {
    const answer = await context.request.post(`${url}/api/${name}`, { data, headers });
    return { status: answer.status(), body: await answer.json() };
  };
  const done = async (name: string, data: object) => {
    const { status, body } = await call(name, data);
    expect(status, `${name}: ${JSON.stringify(body)}`).toBe(200);
    return body;
  };
  const form = async (path: string, fields: Record<string, string>, status: number) => {
    const answer = await context.request.post(`${url}${path}`, { form: { ...fields, 'page-of': mark }, headers, maxRedirects: 0 });
    expect(answer.status(), path).toBe(status);
  };
  const place = { region: REGION, name: SECRET };
  const { row } = await done('get-secret', place);
  await done('edit-secret', { ...place, edit: { description: text, custom_data: [['note', text.slice(0, 300)]], tags: null, seen_ms: row.changed_ms } });
  const statement = { Sid: text, Effect: 'Allow', Principal: { RAM: ['acs:ram::1234567890123456:*'] }, Action: ['kms:*'], Resource: ['*'] };
  await done('set-secret-policy', { ...place, policy: JSON.stringify({ Version: '1', Statement: [statement] }), seen: await done('get-secret-policy', place) });
  await form('/access/create-account', { name: 'eva', groups: short.replaceAll(',', ';') }, 200);
  await form('/access/create-grant', { role: 'viewer', group: short, names: `acs/ram/user/${short}*`.replaceAll(',', ';') }, 303);
  await form('/access/create-grant', { role: 'viewer', person: `oidc:${short}`, tags: `key=${short}`.replaceAll(',', ';') }, 303);
  // Create a request for approval, a cross-site form, a session of a hostile browser, and a request for an unknown name.
  const deletion = { region: REGION, name: DOOMED, deletion: 'immediate', typed_name: DOOMED };
  expect((await call('delete-secret', deletion)).body.code).toBe('needs_approval');
  const plain = text.replace(/\s/g, ' ');
  await context.request.post(`${url}/language`, { form: { language: 'ja' }, headers: { 'sec-fetch-site': 'cross-site', origin: `https://${encodeURIComponent('é')}${plain}` } });
  await context.request.post(`${url}/sign-in`, { form: { name: 'admin', password: PASSWORD, 'page-of': mark }, headers: { ...headers, 'user-agent': plain, cookie: '' }, maxRedirects: 0 });
  await call('get-secret', { region: REGION, name: `acs/ram/user/${short}` });
  // Write to the database directly: names from providers and authenticators cannot be set through the console here.
  const insert = (statement: string, ...values: string[]) =>
    execFileSync('python3', ['-c', 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2], sys.argv[3:]); c.commit()', join(data, 'keyturn.db'), statement, ...values]);
  insert('INSERT INTO passkeys (id, account, name, passkey, created_ms) VALUES (?, ?, ?, ?, 0)', 'x', 'admin', short, '{}');
  insert("INSERT INTO sessions (id_hash, person, name, groups_json, address, agent, created_ms, seen_ms, privileged_until_ms) SELECT 'x', ?, ?, ?, ?, ?, created_ms, seen_ms, 0 FROM sessions LIMIT 1", `oidc:https://id.example|${short}`, short, JSON.stringify([short]), short, text);
  insert('UPDATE approvals SET asked_by = ?, asked_name = ?', `oidc:https://id.example|${short}`, short);
  await sandbox.fault({ service: 'kms', action: 'ListSecrets', region: 'cn-shanghai', kind: 'error', status: 400, code: short, times: 1_000_000 });
}

/** Every page on which some of it is shown, and some on which it comes from the address. */
const pages = (text: string) => {
  const q = encodeURIComponent(text.slice(0, 200));
  return [
    '/', `/?tag=${q}:x`, `/${REGION}/secrets`, `/${REGION}/secrets?q=${q}`, `/${REGION}/secrets?state=${q}`, '/cn-shanghai/secrets',
    `/${REGION}/secrets/${SECRET}`, `/${REGION}/secrets/${SECRET}?tab=versions`, `/${REGION}/secrets/${SECRET}?tab=policy`, `/${REGION}/secrets/${SECRET}?tab=use`,
    `/${REGION}/secrets/${DOOMED}`, `/${REGION}/secrets/${DOOMED}?tab=policy`, `/${REGION}/edit-secret/${DOOMED}`, `/${REGION}/edit-policy/${DOOMED}`, `/${REGION}/edit-secret/${SECRET}`, `/${REGION}/edit-policy/${SECRET}`, `/${REGION}/change-rotation/${SECRET}`,
    `/${REGION}/rotate-secret/${SECRET}`, `/${REGION}/delete-secret/${SECRET}`, `/${REGION}/restore-secret/acs/ram/user/old-reports`,
    `/${REGION}/create-secret`, `/${REGION}/create-secret?user=${q}`, `/${REGION}/create-secret?plain&user=checkout-api`,
    `/${REGION}/after-leak/${SECRET}?key=${q}`, `/${REGION}/bulk?tag=${q}:x`, '/access-keys', `/access-keys?q=${q}`, '/access-keys/checkout-api', `/access-keys/${q}`,
    '/activity', `/activity?person=${q}&secret=${q}&from=${q}`, '/approvals', '/access', `/access?person=${q}&groups=${q}&region=${q}&secret=${q}&tags=${q}&find=${q}`,
    '/access/accounts/eva', '/account', '/account?all', `/sign-in?return_to=/${q}`, `/invitation?token=${q}`, '/setup', `/nowhere/${q}`,
  ];
};

/** Pages that hold the text for sure: if they did not, nothing would be tested. */
const SHOWING = (region: string) => [
  `/${region}/secrets/${SECRET}`, `/${region}/secrets/${SECRET}?tab=policy`, `/${region}/secrets/${DOOMED}`, `/${region}/secrets/${DOOMED}?tab=policy`,
  `/${region}/edit-secret/${SECRET}`, `/${region}/edit-policy/${SECRET}`, `/${region}/edit-secret/${DOOMED}`, '/activity', '/approvals', '/access',
  '/access/accounts/eva', '/account', '/account?all',
];

/** What forms show again that were refused. */
const posts = (text: string): [string, Record<string, string>][] => [
  [`/${REGION}/edit-secret/${SECRET}`, { description: text, 'custom-data': `a b=${text}`, tags: text, seen: '0' }],
  [`/${REGION}/edit-policy/${SECRET}`, { policy: text, seen: text }],
  [`/${REGION}/create-secret`, { user: 'checkout-api', description: text, tags: text, period: text, version: text, find: text }],
  [`/${REGION}/delete-secret/${SECRET}`, { method: 'immediate', typed: text, days: text, name: text }],
  [`/${REGION}/change-rotation/${SECRET}`, { rotation: 'on', period: text, unit: text }],
  ['/access/create-grant', { role: 'viewer', group: text, provider: text, person: text, regions: text, names: text, tags: text }],
  ['/access/create-account', { name: text, groups: text }],
  ['/invitation', { token: text, password: text, again: text }],
];

/** Elements with the names of their attributes; no text, which differs by language, and nothing of the select of languages. */
const OUTLINE = `(root) => {
  // How many pieces the framework sends its data in is a matter of time; text that was stored knows no nonce.
  const isData = (element) => element.localName === 'script' && element.hasAttribute('nonce');
  const of = (element, depth) => [' '.repeat(depth) + element.localName + '[' + element.getAttributeNames().filter((name) => !['lang', 'selected'].includes(name)).sort().join(' ') + ']',
    ...(['script', 'style'].includes(element.localName) ? [] : [...element.children].filter((child) => !isData(child)).flatMap((child) => of(child, depth + 1)))];
  return of(root, 0);
}`;

/** The element tree of HTML, as the browser's own parser reads it where no script runs. */
const parsed = (page: Page, html: string): Promise<string[]> =>
  page.evaluate(([outline, html]) => {
    const tree = new DOMParser().parseFromString(html, 'text/html');
    return (0, eval)(outline)(tree.documentElement);
  }, [OUTLINE, html] as const);

/** All text of a page, and what stands in its fields. */
const words = (page: Page, html: string): Promise<string> =>
  page.evaluate((html) => {
    const tree = new DOMParser().parseFromString(html, 'text/html');
    const fields = [...tree.querySelectorAll('input, textarea, option')].map((field) => (field as HTMLInputElement).value);
    return [tree.body.textContent, ...fields].join('\n');
  }, html);

/** The first lines that differ, with where they are. */
function difference(tree: string[], expected: string[]): string[] {
  const at = tree.findIndex((line, index) => line !== expected[index]);
  if (at < 0 && tree.length === expected.length) return [];
  const from = at < 0 ? Math.min(tree.length, expected.length) : at;
  return [`line ${from}`, ...tree.slice(Math.max(0, from - 2), from + 3), 'where harmless text has', ...expected.slice(Math.max(0, from - 2), from + 3)];
}

async function crawl({ url, context, page, text }: World): Promise<Map<string, string[]>> {
  const trees = new Map<string, string[]>();
  const reader = await (await context.browser()!.newContext({ bypassCSP: true })).newPage();
  const mark = await page.locator('html').getAttribute('data-person') ?? '';
  const injected = `${text}`.includes('<');
  const names = pages('TEXT');
  for (const [index, path] of pages(text).entries()) {
    const answer = await context.request.get(`${url}${path}`, { headers: { accept: 'text/html' } });
    const html = await answer.text();
    const tree = await parsed(reader, html);
    if (SHOWING(REGION).includes(path)) {
      // A document in JSON shows the text with JSON's escapes.
      const said = await words(reader, html);
      expect([text, JSON.stringify(text).slice(1)].some((form) => said.includes(form.slice(0, 10))), path).toBe(true);
    }
    trees.set(`served ${names[index]}`, tree);
    // A page that the server alone renders is hydrated by nothing.
    if (tree[0].includes('data-served')) continue;
    await page.goto(path);
    await page.locator('html[data-hydrated], html[data-plain]').waitFor({ state: 'attached' });
    await expect(page.locator('.skeleton:visible, [aria-busy=true], progress')).toHaveCount(0);
    if (injected) await expect(page.locator('[data-injected], plaintext'), path).toHaveCount(0);
    trees.set(`hydrated ${names[index]}`, await parsed(reader, await page.content()));
  }
  for (const [path, fields] of posts(text)) {
    const headers = { 'sec-fetch-site': 'same-origin', accept: 'text/html' };
    const answer = await context.request.post(`${url}${path}`, { form: { ...fields, 'page-of': mark }, headers, maxRedirects: 0 });
    expect(answer.status(), path).toBeGreaterThanOrEqual(400);
    trees.set(`refused ${path}`, await parsed(reader, await answer.text()));
    const kept = await reader.request.post(`${url}${path}`, { form: fields, headers, maxRedirects: 0 });
    trees.set(`kept ${path}`, await parsed(reader, await kept.text()));
  }
  await reader.context().close();
  return trees;
}

test('pt01 hostile text is text on every page, in every language', async ({ browser, allowErrors, playwright }, info) => {
  test.setTimeout(300_000);
  allowErrors(/./);
  const worlds: [string, string][] = [['en', harmless], ['en', hostile(0)], ['zh-CN', hostile(2)], ['ja', hostile(5)]];
  let expected: Map<string, string[]> | undefined;
  const request = await playwright.request.newContext();
  for (const [index, [language, text]] of worlds.entries()) {
    const data = mkdtempSync(join(tmpdir(), 'keyturn-'));
    const port = 4800 + info.parallelIndex * 10 + index * 2;
    const { output, stop, url, sandboxUrl } = await start(port, data, { KEYTURN_AUTH: 'local', KEYTURN_FOUR_EYES: 'delete' });
    const context = await browser.newContext({ baseURL: url });
    const page = await context.newPage();
    await choosePassword(page, output.match(/http\S+token=\w+/)![0]);
    await page.goto('/sign-in');
    await signIn(page, 'admin');
    await speak(page, language);
    const world = { url, context, page, text, data, stop };
    const sandbox = new Sandbox(sandboxUrl, request);
    await fill(world, sandboxUrl, sandbox);
    const trees = await crawl(world);
    if (!expected) expected = trees;
    else for (const [place, tree] of trees) expect.soft(difference(tree, expected.get(place)!), `${place} in ${language}`).toEqual([]);
    await context.close();
    await stop();
    rmSync(data, { recursive: true });
  }
  await request.dispose();
});
