// Calls in the person's own name by the very token that their provider gave: Keyturn itself may nothing here.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { Cloud } from '../fixtures/cloud.ts';
import { certified, configured } from '../fixtures/provider.ts';
import { expect, Sandbox, start, test } from '../fixtures/keyturn.ts';

const LIST = '/cn-hangzhou/secrets';
const ACCOUNT = 'acs:ram::1234567890123456';

async function atTheCompany(page: Page, name: string) {
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.getByRole('button', { name: /sign-in/i }).click();
  await page.getByRole('button', { name: /continue/i }).click();
}

test('RAM sees the person, and a token that has ended asks for a new sign-in', async ({ page, playwright, allowErrors }, info) => {
  // People leave for the provider and come back; its development pages ask for fonts elsewhere.
  allowErrors(/foreign request|404|401|502|ERR_NAME_NOT_RESOLVED/);
  const data = mkdtempSync(join(tmpdir(), 'keyturn-'));
  const port = 4700 + info.parallelIndex * 4;
  const company = await certified(port + 2, `http://localhost:${port}`, { sam: ['security'] });
  const file = join(data, 'keyturn.toml');
  writeFileSync(file, `auth = "oidc"\n[[grant]]\nrole = "operator"\ngroup = "security"\n`
    + configured('company', 'the company', company.issuer).trimEnd() + '\nscopes = ["openid", "profile"]\n'
    + `[[assume_role]]\ngroup = "security"\nrole_arn = "${ACCOUNT}:role/reader"\noidc_provider_arn = "${ACCOUNT}:oidc-provider/company"\n`);
  const settings = { KEYTURN_SANDBOX_USER: 'data-lake-sync', KEYTURN_SANDBOX_DATA: join(data, 'sandbox') };
  let { stop, url, sandboxUrl } = await start(port, data, settings, ['--config', file]);
  const request = await playwright.request.newContext();
  try {
    const registered = await request.post(`${sandboxUrl}/_sandbox/oidc-providers`, { data: { name: 'company', issuer: company.issuer, clientIds: ['keyturn'] } });
    expect(registered.ok(), await registered.text()).toBeTruthy();
    const cloud = new Cloud(sandboxUrl);
    const trust = { Version: '1', Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Federated: [`${ACCOUNT}:oidc-provider/company`] } }] };
    cloud.call('ram/CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument: JSON.stringify(trust) });
    for (const name of ['AliyunKMSReadOnlyAccess', 'AliyunRAMReadOnlyAccess']) {
      cloud.call('ram/AttachPolicyToRole', { RoleName: 'reader', PolicyType: 'System', PolicyName: name });
    }

    await page.goto(`${url}/account`);
    await page.getByRole('link', { name: 'Sign in with the company' }).click();
    await atTheCompany(page, 'sam');
    await expect(page.getByRole('heading', { name: 'Your account' })).toBeVisible();
    // Another process, to which nobody has brought a token: it has ended before it was used.
    await stop();
    const script = 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); t = [r[0] for r in c.execute("select sealed_token from sessions")]; print(len(t[0])); c.execute("update sessions set sealed_token = null"); c.commit()';
    expect(Number(execFileSync('python3', ['-c', script, join(data, 'keyturn.db')], { encoding: 'utf8' }))).toBeGreaterThan(200);
    ({ stop, url, sandboxUrl } = await start(port, data, settings, ['--config', file]));
    await page.goto(`${url}${LIST}`);
    await expect(page.getByRole('main')).toContainText('You are not signed in.');

    await page.goto(`${url}/sign-in?return_to=${encodeURIComponent(LIST)}`);
    await page.getByRole('link', { name: 'Sign in with the company' }).click();
    await page.locator('input[name=login]').fill('sam');
    await page.locator('input[name=password]').fill('any');
    await page.getByRole('button', { name: /sign-in/i }).click();
    const row = page.getByRole('row', { name: /payroll-exporter/ });
    await expect(row.or(page.getByRole('button', { name: /continue/i }))).toBeVisible();
    if (!(await row.isVisible())) await page.getByRole('button', { name: /continue/i }).click();
    await expect(row).toBeVisible();

    // Keyturn's rules let, RAM's policy does not.
    await page.goto(`${url}/cn-hangzhou/restore-secret/acs/ram/user/old-reports`);
    await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
    await expect(page.getByRole('alert')).toContainText('A permission is missing');

    const calls = await new Sandbox(sandboxUrl, request).calls(1000) as unknown as { action: string; caller: string; status: number }[];
    const by = (action: string) => [...new Set(calls.filter((call) => call.action === action).map((call) => call.caller))];
    expect(by('ListSecrets')).toEqual([expect.stringMatching(/:assumed-role\/reader\/Dr\.-sam-[0-9a-f]{8}$/)]);
    expect(by('RestoreSecret')).toEqual(by('ListSecrets'));
    expect(calls.filter((call) => call.action === 'AssumeRoleWithOIDC' && call.status === 200)).toHaveLength(1);
    expect(calls.some((call) => call.caller?.endsWith('user/data-lake-sync'))).toBe(false);
  } finally {
    await request.dispose();
    await stop();
    await company.close();
    rmSync(data, { recursive: true });
  }
});
