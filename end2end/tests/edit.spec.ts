// The details that can be changed: description, custom data, tags, policy; and the snippets that use the secret.
import { spawn } from 'node:child_process';
import type { Page } from '@playwright/test';
import { accessible, expect, hydrated, test } from '../fixtures/keyturn.ts';

const NAME = 'acs/ram/user/payroll-exporter';
const DETAILS = `/cn-hangzhou/secrets/${NAME}`;

async function open(page: Page, link: string, at = DETAILS) {
  await page.goto(at);
  await hydrated(page);
  await page.getByRole('link', { name: link }).click();
  return page.getByRole('dialog', { name: link });
}

const tags = (described: Record<string, any>) =>
  described.Tags.Tag.map((tag: { TagKey: string; TagValue: string }) => `${tag.TagKey}:${tag.TagValue}`).sort();

test('description, custom data and tags are what KMS has afterwards', async ({ page, cloud, sandbox }) => {
  const dialog = await open(page, 'Edit Details');
  await expect(page).toHaveURL(`/cn-hangzhou/edit-secret/${NAME}?over=details`);
  await expect(dialog.getByLabel('Tags')).toHaveValue('team:people, env:production');
  await accessible(page);
  await dialog.getByLabel('Custom data').fill('owner');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('Write one pair a line, as key=value')).toBeVisible();
  await expect(dialog.getByLabel('Custom data')).toBeFocused();
  await accessible(page);

  await dialog.getByLabel('Secret Description').fill('Änderung „zwei“ 变更\nsecond line');
  await dialog.getByLabel('Custom data').fill('owner=Ada = Co\nchannel=#pay');
  await dialog.getByLabel('Tags').fill('team:finance, cost:42');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status')).toContainText(`${NAME} is changed.`);
  await expect(page).toHaveURL(DETAILS);
  await expect(page.getByText('owner: Ada = Co')).toBeVisible();
  const described = cloud.describe('cn-hangzhou', NAME) as Record<string, any>;
  expect(described.Description).toBe('Änderung „zwei“ 变更\nsecond line');
  expect(JSON.parse(described.ExtendedConfig).CustomData).toEqual({ owner: 'Ada = Co', channel: '#pay' });
  expect(tags(described)).toEqual(['cost:42', 'team:finance']);

  // Only what differs is sent; and everything can be taken away again.
  const again = await open(page, 'Edit Details');
  await again.getByLabel('Custom data').fill('');
  await again.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status')).toContainText('is changed.');
  await expect(page.getByText('owner: Ada = Co')).toHaveCount(0);
  expect(JSON.parse((cloud.describe('cn-hangzhou', NAME) as Record<string, any>).ExtendedConfig).CustomData).toEqual({});
  const calls = (await sandbox.calls()).map((call) => call.action);
  expect(calls.filter((action) => action === 'UpdateSecret')).toHaveLength(2);
  expect(calls.filter((action) => action === 'TagResource')).toHaveLength(1);
});

test('what cannot be written as text is left alone: a tag with a colon in its key', async ({ page, cloud }) => {
  cloud.call('kms/TagResource', { SecretName: NAME, Tags: JSON.stringify([{ TagKey: 'cost:centre', TagValue: '42' }]) });
  const dialog = await open(page, 'Edit Details');
  await dialog.getByLabel('Secret Description').fill('another');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status')).toContainText('is changed.');
  const described = cloud.describe('cn-hangzhou', NAME) as Record<string, any>;
  expect(described.Description).toBe('another');
  expect(described.Tags.Tag).toContainEqual({ TagKey: 'cost:centre', TagValue: '42' });
});

test('what somebody else changed meanwhile is not overwritten, and nothing typed is lost', async ({ page, cloud, sandbox, allowErrors }) => {
  allowErrors(/409/);
  const dialog = await open(page, 'Edit Details');
  await dialog.getByLabel('Secret Description').fill('mine');
  await sandbox.clock({ advance: '1m' });
  cloud.call('kms/UpdateSecret', { SecretName: NAME, Description: 'theirs' });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('Somebody else changed this since you opened it');
  await expect(dialog.getByLabel('Secret Description')).toHaveValue('mine');
  expect(cloud.describe('cn-hangzhou', NAME).Description).toBe('theirs');
});

test('a secret that vanishes between the list and the edit is said to be gone', async ({ page, cloud, allowErrors }) => {
  allowErrors(/404/);
  const dialog = await open(page, 'Edit Details');
  cloud.call('kms/DeleteSecret', { SecretName: NAME, ForceDeleteWithoutRecovery: 'true' });
  await dialog.getByLabel('Secret Description').fill('late');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('What was asked for does not exist.');
});

test('the policy is read, checked while it is typed, and replaced', async ({ page, cloud, allowErrors }) => {
  allowErrors(/409/);
  await page.goto(`${DETAILS}?tab=policy`);
  await hydrated(page);
  await expect(page.getByText('"Effect": "Allow"')).toBeVisible();
  await accessible(page);
  await page.getByRole('link', { name: 'Edit Policy' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit Policy' });
  const field = dialog.getByLabel('Secret policy');
  const policy = JSON.parse(await field.inputValue());
  await field.fill('{\n  "Version"');
  await expect(dialog.getByText('This is no JSON: see line 2')).toBeVisible();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(field).toBeFocused();
  await accessible(page);
  await field.fill(JSON.stringify({ ...policy, Statement: [{ Effect: 'Allow' }] }));
  await expect(dialog.getByText('Statement 1: Principal is missing or wrong.')).toBeVisible();
  await field.fill(JSON.stringify({ ...policy, Statement: policy.Statement.map((of: object) => ({ ...of, Effect: 'Deny' })) }));
  await expect(dialog.getByText('No statement allows anything')).toBeVisible();
  policy.Statement[0].Sid = 'changed by hand';
  await field.fill(JSON.stringify(policy, null, 2));
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status')).toContainText(`The policy of ${NAME} is changed.`);
  expect(JSON.parse(cloud.call('kms/GetSecretPolicy', { SecretName: NAME }).Policy)).toEqual(policy);

  const again = await open(page, 'Edit Policy', `${DETAILS}?tab=policy`);
  const theirs = { ...policy, Statement: [{ ...policy.Statement[0], Sid: 'theirs' }] };
  cloud.call('kms/SetSecretPolicy', { SecretName: NAME, Policy: JSON.stringify(theirs) });
  await again.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('Somebody else changed this');
});

test('the snippets bear the real names', async ({ page }) => {
  await page.goto(`${DETAILS}?tab=use`);
  await hydrated(page);
  for (const title of ['Aliyun CLI', 'Python SDK', 'Java SDK', 'Go SDK', 'Node.js SDK', 'RAM policy', 'Terraform', 'External Secrets Operator']) {
    await expect(page.getByText(title, { exact: true })).toBeVisible();
  }
  await expect(page.getByText(`--SecretName '${NAME}'`)).toBeVisible();
  await accessible(page);
  await page.getByText('Terraform', { exact: true }).click();
  await expect(page.locator('details', { hasText: 'Terraform' }).locator('code')).toContainText(`id = "${NAME}"`);
});

// Each is run as it stands, over the sandbox. Between its two calls the secret rotates, and the old AccessKey goes.
for (const { title, command, endpoint, local, use } of [
  {
    title: 'Python SDK',
    command: [process.env.TEST_PYTHON!, '-c'],
    endpoint: 'endpoint="kms.cn-hangzhou.aliyuncs.com"',
    local: (port: string) => `endpoint="127.0.0.1:${port}", protocol="HTTP"`,
    use: (port: string) => `
import sys
from alibabacloud_sts20150401.client import Client as Sts

def who(access_key_id, access_key_secret):
    sts = Sts(Config(access_key_id=access_key_id, access_key_secret=access_key_secret, endpoint="127.0.0.1:${port}", protocol="HTTP"))
    return sts.get_caller_identity().body.arn + " " + access_key_id

key = RotatingAccessKey()
print(key.call(who), flush=True)
sys.stdin.readline()
print(key.call(who))
`,
  },
  {
    title: 'Node.js SDK',
    command: [process.execPath, '--input-type=module', '-e'],
    endpoint: "'https://kms.cn-hangzhou.aliyuncs.com'",
    local: (port: string) => `'http://127.0.0.1:${port}'`,
    use: (port: string) => `
import { once } from 'node:events';
const who = async (accessKeyId, accessKeySecret) => {
  const sts = new RPCClient({ accessKeyId, accessKeySecret, endpoint: 'http://127.0.0.1:${port}', apiVersion: '2015-04-01' });
  return (await sts.request('GetCallerIdentity', {}, { method: 'POST' })).Arn + ' ' + accessKeyId;
};
console.log(await call(who));
await once(process.stdin, 'data');
console.log(await call(who));
process.exit();
`,
  },
]) {
  test(`the snippet for ${title} survives a rotation`, async ({ page, sandbox, cloud, keyturn }) => {
    await page.goto(`${DETAILS}?tab=use`);
    await hydrated(page);
    await page.getByText(title, { exact: true }).click();
    const code = await page.locator('details', { hasText: title }).locator('code').textContent();
    const port = new URL(keyturn.sandboxUrl).port;
    const here = code!.replace(endpoint, local(port));
    expect(here).not.toBe(code);
    const reader = { id: 'LTAI5tKeyturnSandboxAdmin1', secret: 'KeyturnSandboxAdminSecret00001' };
    const program = spawn(command[0], [...command.slice(1), here + use(port)], {
      env: {
        ...process.env,
        ALIBABA_CLOUD_ACCESS_KEY_ID: reader.id, ALIBABA_CLOUD_ACCESS_KEY_SECRET: reader.secret,
        READER_ACCESS_KEY_ID: reader.id, READER_ACCESS_KEY_SECRET: reader.secret,
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let said = '';
    program.stdout.on('data', (chunk) => { said += chunk; });
    await expect.poll(() => said).toContain('user/payroll-exporter LTAI');
    cloud.call('kms/RotateSecret', { SecretName: NAME, VersionId: 'by-the-test' });
    await sandbox.clock({ advance: '3d' });
    program.stdin.end('\n');
    await new Promise((done) => program.once('exit', done));
    const [before, after] = said.trim().split('\n');
    expect(after).toMatch(/user\/payroll-exporter LTAI/);
    expect(after).not.toBe(before);
  });
}

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('details and policy are changed by plain forms', async ({ page, cloud, allowErrors }) => {
    allowErrors(/422|409/);
    await page.goto(DETAILS);
    await page.getByRole('link', { name: 'Edit Details' }).click();
    await page.getByLabel('Tags').fill('no tag');
    await page.getByLabel('Secret Description').fill('kept');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Write tags as key:value')).toBeVisible();
    await expect(page.getByLabel('Secret Description')).toHaveValue('kept');
    await page.getByLabel('Tags').fill('team:a');
    await page.getByLabel('Custom data').fill('a=1\nb=2');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('status')).toContainText('is changed.');
    const described = cloud.describe('cn-hangzhou', NAME) as Record<string, any>;
    expect(described.Description).toBe('kept');
    expect(JSON.parse(described.ExtendedConfig).CustomData).toEqual({ a: '1', b: '2' });
    expect(tags(described)).toEqual(['team:a']);

    await page.goto(`${DETAILS}?tab=policy`);
    await page.getByRole('link', { name: 'Edit Policy' }).click();
    const field = page.getByLabel('Secret policy');
    const policy = JSON.parse(await field.inputValue());
    await field.fill('oops');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('alert')).toContainText('Some values are not accepted.');
    await expect(field).toHaveValue('oops');
    policy.Statement[0].Sid = 'plain';
    await field.fill(JSON.stringify(policy));
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('status')).toContainText('The policy of');
    expect(JSON.parse(cloud.call('kms/GetSecretPolicy', { SecretName: NAME }).Policy).Statement[0].Sid).toBe('plain');
  });
});
