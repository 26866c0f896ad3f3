// Pages in their states, to be looked at: none, one, very many, long names, loading, partly failed, failed, refused, not there.
// `make states` writes them to end2end/results/states.
import type { Page } from '@playwright/test';
import type { Cloud } from '../fixtures/cloud.ts';
import { expect, hydrated, test, type Sandbox } from '../fixtures/keyturn.ts';

interface State { path: string; set?: (sandbox: Sandbox, cloud: Cloud) => Promise<unknown> | void; act?: (page: Page) => Promise<unknown>; isLoading?: boolean }

const LIST = '/cn-hangzhou/secrets';
const SECRET = `${LIST}/acs/ram/user/image-resizer`;
const refused = { kind: 'error', status: 403, code: 'Forbidden.NoPermission' };
const down = { kind: 'error', status: 503 };
const slow = { kind: 'delay', millis: 20_000 };
const LONG = 'x-very-long-name-of-a-ram-user-that-fills-all-of-its-64-characte';

function longNames(cloud: Cloud) {
  cloud.call('ram/CreateUser', { UserName: LONG, DisplayName: 'A display name that is also as long as anybody would ever dare to make one, and longer still' });
  const { AccessKey: key } = cloud.call('ram/CreateAccessKey', { UserName: LONG }) as { AccessKey: { AccessKeyId: string; AccessKeySecret: string } };
  cloud.call('kms/CreateSecret', {
    SecretName: '$Auto', SecretType: 'RAMCredentials', VersionId: 'v'.repeat(64),
    SecretData: JSON.stringify({ AccessKeys: [{ AccessKeyId: key.AccessKeyId, AccessKeySecret: key.AccessKeySecret }] }),
    ExtendedConfig: JSON.stringify({ SecretSubType: 'RamUserAccessKey', UserName: LONG }), Description: 'word '.repeat(120) + 'W'.repeat(100),
    EnableAutomaticRotation: 'true', RotationInterval: '604800s',
    Tags: JSON.stringify([...Array(8)].map((_, at) => ({ TagKey: `a-rather-long-key-of-a-tag-${at}`, TagValue: `and-its-value-which-is-no-shorter-${at}` }))),
  });
}

const STATES: Record<string, State> = {
  'list-none': { path: LIST, set: (sandbox) => sandbox.reset({ dataset: 'empty' }) },
  'list-one': { path: LIST, set: (sandbox) => sandbox.reset({ secrets: 1 }) },
  'list-very-many': { path: LIST, set: (sandbox) => sandbox.reset({ secrets: 10_000 }) },
  'list-no-match': { path: `${LIST}?q=nothing-like-it&state=normal` },
  'list-long-names': { path: `${LIST}?q=x-very`, set: (_, cloud) => longNames(cloud) },
  'list-loading': { path: LIST, set: (sandbox) => sandbox.fault({ service: 'kms', action: 'ListSecrets', ...slow }), isLoading: true },
  'list-rows-loading': { path: LIST, set: (sandbox) => sandbox.fault({ service: 'kms', action: 'DescribeSecret', ...slow }), isLoading: true },
  'list-partly-failed': { path: LIST, set: (sandbox) => sandbox.fault({ service: 'kms', action: 'DescribeSecret', ...refused, share: 0.4 }) },
  'list-failed': { path: LIST, set: (sandbox) => sandbox.fault({ service: 'kms', action: '*', ...down }) },
  'list-refused': { path: LIST, set: (sandbox) => sandbox.fault({ service: 'kms', action: '*', ...refused }) },
  'details-long-names': { path: `${LIST}/acs/ram/user/${LONG}`, set: (_, cloud) => longNames(cloud) },
  'details-loading': { path: SECRET, set: (sandbox) => sandbox.fault({ service: 'kms', action: 'DescribeSecret', ...slow }), isLoading: true },
  'details-ram-refused': { path: SECRET, set: (sandbox) => sandbox.fault({ service: 'ram', action: '*', ...refused }) },
  'details-failed': { path: SECRET, set: (sandbox) => sandbox.fault({ service: 'kms', action: '*', ...down }) },
  'details-refused': { path: SECRET, set: (sandbox) => sandbox.fault({ service: 'kms', action: '*', ...refused }) },
  'details-not-there': { path: `${LIST}/acs/ram/user/nobody` },
  'details-pending-deletion': { path: `${LIST}/acs/ram/user/old-reports` },
  'details-rotation-failing': { path: `${LIST}/acs/ram/user/search-indexer` },
  'versions': { path: `${SECRET}?tab=versions` },
  'policy-refused': { path: `${SECRET}?tab=policy`, set: (sandbox) => sandbox.fault({ service: 'kms', action: 'GetSecretPolicy', ...refused }) },
  'usage': { path: `${SECRET}?tab=use` },
  'overview-none': { path: '/', set: (sandbox) => sandbox.reset({ dataset: 'empty' }) },
  'overview-loading': { path: '/', set: (sandbox) => sandbox.fault({ service: 'kms', action: '*', ...slow }), isLoading: true },
  'overview-partly-failed': { path: '/', set: (sandbox) => sandbox.fault({ service: 'kms', action: '*', region: 'cn-shanghai', ...down }) },
  'overview-refused': { path: '/', set: (sandbox) => sandbox.fault({ service: 'kms', action: '*', ...refused }) },
  'keys-none': { path: '/access-keys', set: (sandbox) => sandbox.reset({ dataset: 'empty' }) },
  'keys-partly-failed': { path: '/access-keys', set: (sandbox) => sandbox.fault({ service: 'ram', action: 'ListAccessKeys', ...refused, share: 0.4 }) },
  'keys-refused': { path: '/access-keys', set: (sandbox) => sandbox.fault({ service: 'ram', action: '*', ...refused }) },
  'wizard-none': { path: '/cn-hangzhou/create-secret', set: (sandbox) => sandbox.reset({ dataset: 'empty' }), act: (page) => page.getByRole('combobox', { name: 'Select RAM User' }).click() },
  'wizard-users-refused': { path: '/cn-hangzhou/create-secret', set: (sandbox) => sandbox.fault({ service: 'ram', action: '*', ...refused }), act: (page) => page.getByRole('combobox', { name: 'Select RAM User' }).click() },
  'wizard-managed-user': { path: '/cn-hangzhou/create-secret?user=image-resizer' },
  'wizard-instances-refused': { path: '/cn-hangzhou/create-secret?user=checkout-api', set: (sandbox) => sandbox.fault({ service: 'kms', action: 'ListKmsInstances', ...refused }) },
  'delete-immediately': { path: '/cn-hangzhou/delete-secret/acs/ram/user/route-planner', act: (page) => page.getByRole('radio', { name: 'Delete Secret Immediately' }).check() },
  'bulk': { path: '/cn-hangzhou/bulk?tag=team:web' },
  'bulk-none': { path: '/cn-hangzhou/bulk?tag=team:nobody' },
  'after-leak': { path: '/cn-hangzhou/after-leak/acs/ram/user/image-resizer' },
  'activity': { path: '/activity' },
  'activity-wrong': { path: '/activity?from=oops&person=nobody' },
  'setup': { path: '/setup' },
  'not-found': { path: '/nowhere/at/all' },
};

for (const [name, { path, set, act, isLoading }] of Object.entries(STATES)) {
  test(`@states ${name}`, async ({ browser, keyturn, sandbox, cloud }) => {
    await sandbox.clearFaults();
    await set?.(sandbox, cloud);
    for (const [way, options] of Object.entries({
      desktop: { viewport: { width: 1366, height: 820 } },
      phone: { viewport: { width: 390, height: 844 }, colorScheme: 'dark' as const },
    })) {
      const context = await browser.newContext({ baseURL: keyturn.url, ...options });
      const page = await context.newPage();
      await page.goto(path);
      await hydrated(page);
      if (!isLoading) await expect(page.locator('.skeleton:visible')).toHaveCount(0, { timeout: 30_000 });
      // What was read before is shown for a minute.
      if (['/', '/access-keys'].includes(path)) await page.getByRole('button', { name: 'Refresh' }).click();
      await act?.(page);
      await page.waitForTimeout(isLoading ? 500 : 2_500);
      await page.screenshot({ path: `${import.meta.dirname}/../results/states/${name}-${way}.png`, fullPage: way === 'desktop' });
      await context.close();
    }
    await sandbox.clearFaults();
  });
}
