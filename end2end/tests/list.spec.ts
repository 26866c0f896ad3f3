import { accessible, expect, hydrated, test } from '../fixtures/keyturn.ts';

const LIST = '/cn-hangzhou/secrets';

test('the list is complete HTML before any script runs', async ({ browser, keyturn }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: keyturn.url });
  const page = await context.newPage();
  await page.goto(LIST);
  const row = page.getByRole('row', { name: /payroll-exporter/ });
  await expect(row).toContainText('Every 30 days');
  await expect(row).toContainText('Normal');
  await page.goto(`${LIST}?q=ftp`);
  await expect(page.getByRole('row')).toHaveCount(2);
  await context.close();
});

test('each state is shown in words', async ({ page }) => {
  await page.goto(LIST);
  const row = (name: string) => page.getByRole('row', { name: new RegExp(name) });
  await expect(row('legacy-ftp')).toContainText('Rotation off');
  await expect(row('search-indexer')).toContainText('Rotation failing');
  await expect(row('image-resizer')).toContainText('Rotating');
  await expect(row('old-reports')).toContainText('Pending deletion');
  await expect(row('old-reports')).toContainText('12 days left');
  await page.goto('/cn-shanghai/secrets');
  await expect(row('bonded-stock')).toContainText('Unavailable');
});

test('searching, filtering, sorting and paging live in the address', async ({ page }) => {
  await page.goto(LIST);
  await hydrated(page);
  await page.getByRole('searchbox').fill('warehouse');
  await expect(page).toHaveURL(/q=warehouse/);
  await expect(page.getByText('3 of 20 secrets', { exact: true }).first()).toBeVisible();
  await page.getByRole('searchbox').fill('');
  await expect(page).toHaveURL(LIST);

  await page.getByRole('button', { name: 'Rotation', exact: true }).click();
  await page.getByRole('checkbox', { name: 'Rotation failing' }).check();
  await expect(page).toHaveURL(/rotation=failing/);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('checkbox', { name: 'Rotation failing' })).toBeHidden();
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.getByRole('link', { name: 'Remove the filter Rotation: Rotation failing' }).click();
  await expect(page).toHaveURL(LIST);

  await page.getByRole('columnheader', { name: 'Name' }).getByRole('link').click();
  await expect(page).toHaveURL(/sort=-name/);
  await expect(page.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'descending');
  await expect(page.getByRole('row').nth(1)).toContainText('warehouse-scanner');
  await page.goBack();
  await expect(page.getByRole('row').nth(1)).toContainText('backup-vault');
});

test('pages follow the filter', async ({ page, sandbox }) => {
  await sandbox.reset({ secrets: 65, users: 90 });
  await page.goto(LIST);
  await hydrated(page);
  await expect(page.getByText('Page 1 of 3')).toBeVisible();
  await page.getByRole('link', { name: 'Next page' }).click();
  await expect(page).toHaveURL(/page=2/);
  await page.getByLabel('Rows on a page').selectOption('50');
  await expect(page).toHaveURL(/size=50/);
  await expect(page.getByText('Page 1 of 1')).toBeVisible();
});

test('a value in the address that is not valid is left out and said so', async ({ page }) => {
  await page.goto(`${LIST}?sort=colour&size=7`);
  await expect(page.getByText('“colour” is no valid value for “sort”')).toBeVisible();
  await expect(page.getByText('“7” is no valid value for “size”')).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(21);
  await page.goto(`${LIST}?page=99`);
  await expect(page.getByText('“99” is no valid value for “page”')).toBeVisible();
  await expect(page.getByText('Page 1 of 1')).toBeVisible();
});

test('another region shows its own secrets', async ({ page }) => {
  await page.goto(LIST);
  await hydrated(page);
  await page.getByLabel('Region').selectOption('ap-southeast-1');
  await expect(page).toHaveURL('/ap-southeast-1/secrets');
  await expect(page.getByText('8 secrets', { exact: true }).first()).toBeVisible();
  await expect(page.getByRole('row', { name: /halal-registry/ })).toBeVisible();
});

test('another region that answers late never shows the rows of the last one', async ({ page, sandbox }) => {
  await page.goto(`${LIST}?sort=-name`);
  await hydrated(page);
  await expect(page.getByRole('row', { name: /warehouse-scanner/ })).toBeVisible();
  await sandbox.fault({ service: 'kms', action: 'ListSecrets', region: 'cn-shanghai', kind: 'delay', millis: 1_500 });
  await page.getByLabel('Region').selectOption('cn-shanghai');
  await expect(page).toHaveURL('/cn-shanghai/secrets?sort=-name');
  await expect(page.getByRole('row', { name: /warehouse-scanner/ })).toHaveCount(0);
  await expect(page.getByRole('row', { name: /port-gateway/ })).toBeVisible();
});

test('nothing yet, no match and not loaded are three different sights', async ({ page, sandbox, allowErrors }) => {
  await page.goto('/eu-west-1/secrets');
  await expect(page.getByRole('heading', { name: 'No secrets in this region yet' })).toBeVisible();
  await page.goto(`${LIST}?q=nothing-like-it`);
  await expect(page.getByRole('heading', { name: 'No secret matches' })).toBeVisible();
  await sandbox.fault({ service: 'kms', action: 'ListSecrets', kind: 'error', status: 503 });
  allowErrors(/50[23]/);
  await page.goto('/cn-shanghai/secrets');
  await expect(page.getByRole('alert')).toContainText('The secrets could not be loaded');
  await sandbox.clearFaults();
  await hydrated(page);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('row', { name: /port-gateway/ })).toBeVisible();
});

test('a row whose details failed says so, the others stand', async ({ page, sandbox }) => {
  // Each is tried three times: at half of the calls all eight may come through.
  await sandbox.fault({ service: 'kms', action: 'DescribeSecret', kind: 'error', status: 500, share: 0.9 });
  await page.goto('/ap-southeast-1/secrets');
  await hydrated(page);
  await expect(page.getByRole('row')).toHaveCount(9);
  await expect(page.getByText('Could not load details').first()).toBeVisible();
  await sandbox.clearFaults();
  await expect(async () => {
    await page.getByRole('row').getByRole('button', { name: 'Try again' }).first().click({ timeout: 500 });
    await expect(page.getByText('Could not load details')).toHaveCount(0, { timeout: 1_500 });
  }).toPass();
});

test('what does not exist is a page with status 404', async ({ page, allowErrors }) => {
  allowErrors(/404/);
  for (const address of ['/mars-1/secrets', '/cn-hangzhou/nothing', `${LIST}/acs/ram/user/nobody`, `${LIST}/a%3Cb%3E`]) {
    const answer = await page.goto(address);
    expect(answer!.status(), address).toBe(404);
    await expect(page.getByRole('heading', { name: /^(Page|Secret|Region) not found$/ })).toBeVisible();
  }
});

test('the list passes axe, cold and after a click, in light and dark', async ({ page }) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(LIST);
    await hydrated(page);
    await accessible(page);
    await page.getByRole('button', { name: /More actions for acs\/ram\/user\/backup-vault/ }).click();
    await expect(page.getByRole('menuitem', { name: 'Rotate Now' })).toBeFocused();
    await accessible(page);
  }
});

test('the actions are in sight at every width', async ({ page }) => {
  await page.goto(LIST);
  await hydrated(page);
  await expect(page.getByText('Loading…')).toHaveCount(0);
  for (const width of [360, 641, 799, 800, 961, 1141, 1251, 1280, 1366, 1561, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    const beyond = await page.getByRole('table', { name: 'Secrets' }).evaluate((table) => table.scrollWidth - table.parentElement!.clientWidth);
    expect(beyond, `${width} pixels`).toBeLessThanOrEqual(0);
  }
});

test('a menu is gone through by arrows and by the letters of its items, before the WASM is there too', async ({ page }) => {
  // It stays on its way: were it refused, Keyturn would be taken for lost, and no link followed until it answers.
  await page.route(/keyturn\.wasm/, () => {});
  await page.goto(LIST);
  const more = page.getByRole('button', { name: 'More actions for acs/ram/user/backup-vault' });
  await more.focus();
  await expect(async () => {
    await page.keyboard.press('Enter');
    await expect(page.getByRole('menuitem', { name: 'Rotate Now' })).toBeFocused({ timeout: 500 });
  }).toPass();
  // The browser says by itself which one is open.
  const devtools = await page.context().newCDPSession(page);
  const { nodes } = await devtools.send('Accessibility.getFullAXTree');
  const open = nodes.filter((node) => node.properties?.some((of) => of.name === 'expanded' && of.value.value === true));
  expect(open.map((node) => node.name?.value)).toEqual(['More actions for acs/ram/user/backup-vault']);
  const focused = (name: string) => expect(page.getByRole('menuitem', { name })).toBeFocused();
  await page.keyboard.press('c');
  await focused('Change Rotation');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await focused('Plan Deletion Secret');
  await page.keyboard.press('Home');
  await focused('Rotate Now');
  await page.keyboard.press('Escape');
  await expect(more).toBeFocused();
  await expect(page.getByRole('menuitem')).toHaveCount(0);
  await page.keyboard.press('Enter');
  await focused('Rotate Now');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('menuitem')).toHaveCount(0);
  await more.press('Enter');
  await focused('Rotate Now');
  await page.keyboard.type('pl');
  await page.keyboard.press(' ');
  await expect(page).toHaveURL(/\/cn-hangzhou\/delete-secret\/acs\/ram\/user\/backup-vault/);
});

test('a row stays while what is known of it changes: the focus, the menu, the place', async ({ page, sandbox }) => {
  await sandbox.fault({ service: 'kms', action: 'DescribeSecret', kind: 'delay', millis: 1_500 });
  await page.goto(LIST);
  await hydrated(page);
  const row = page.getByRole('row', { name: /invoice-mailer/ });
  await expect(row).toContainText('Loading…');
  const link = row.getByRole('link', { name: 'invoice-mailer', exact: true });
  await link.focus();
  const more = page.getByRole('row', { name: /kyc-archive/ }).getByRole('button', { name: 'More' });
  await expect(row).toContainText('Every 30 days', { timeout: 20_000 });
  await expect(link).toBeFocused();
  await more.click();
  const item = page.getByRole('menuitem', { name: 'Rotate Now' });
  await expect(item).toBeFocused();
  // What is shown changes for every row: a day has gone by.
  await sandbox.clock({ advance: '1d' });
  await page.evaluate(() => dispatchEvent(new Event('keyturn:refresh')));
  await expect(page.getByRole('row', { name: /old-reports/ })).toContainText('11 days left', { timeout: 20_000 });
  await expect(item).toBeFocused();
});
