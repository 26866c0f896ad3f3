// What stands around the pages: the drawer where there is little room, tooltips, and how old what is shown is.
import { accessible, expect, open, test } from '../fixtures/keyturn.ts';

test('on a phone the navigation and the tools are in a drawer, which going somewhere closes', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await open(page, '/cn-hangzhou/secrets');
  const drawer = page.getByRole('navigation', { name: 'Main' });
  const menu = page.getByRole('button', { name: 'Menu' });
  await expect(drawer).toBeHidden();
  await expect(page.getByRole('button', { name: 'Help' })).toBeHidden();
  expect((await page.getByRole('heading', { level: 1 }).boundingBox())!.y, 'little stands before the page').toBeLessThan(220);
  await menu.click();
  await expect(drawer.getByRole('button', { name: 'Help' })).toBeVisible();
  await accessible(page);
  await page.keyboard.press('Escape');
  await expect(drawer).toBeHidden();
  await expect(menu).toBeFocused();
  // The address goes on without a reload, and the drawer is out of the way.
  await menu.click();
  await drawer.getByRole('link', { name: 'AccessKeys' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('AccessKeys');
  await expect(drawer).toBeHidden();
  await menu.click();
  await drawer.getByRole('button', { name: 'Go to' }).click();
  await expect(page.getByRole('dialog', { name: 'Search pages, secrets and actions' })).toBeVisible();
  await page.keyboard.press('Escape');
  // With more room everything is back in its place.
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect(drawer.getByRole('link', { name: 'Secrets' })).toBeVisible();
  await expect(page.getByRole('banner').getByRole('button', { name: 'Help' })).toBeVisible();
  await expect(menu).toBeHidden();
});

test('without JavaScript the drawer opens, and the tools stand above', async ({ browser, keyturn }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: keyturn.url, viewport: { width: 390, height: 800 } });
  const page = await context.newPage();
  await page.goto('/cn-hangzhou/secrets');
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Activity' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Activity');
  await expect(page.getByLabel('Language')).toBeVisible();
  await context.close();
});

test('a short name says the whole one, to the keyboard and to the pointer, until Esc', async ({ page }) => {
  await open(page, '/cn-hangzhou/secrets?q=route-planner');
  const tip = page.getByRole('tooltip');
  const name = page.getByRole('link', { name: 'route-planner', exact: true });
  await name.hover();
  await expect(tip).toHaveText('acs/ram/user/route-planner');
  await expect(name).toHaveAccessibleDescription('acs/ram/user/route-planner');
  // As a hand moves it: through what lies between.
  const [from, to] = [await name.boundingBox(), await tip.boundingBox()];
  await page.mouse.move(from!.x + 20, from!.y + from!.height / 2);
  await page.mouse.move(to!.x + 20, to!.y + to!.height / 2, { steps: 25 });
  await expect(tip, 'what it says can be read with the pointer on it').toBeVisible();
  await page.keyboard.press('Escape');
  await expect(tip).toBeHidden();
  await page.mouse.move(0, 0);
  for (let presses = 0; presses < 60 && !(await name.and(page.locator(':focus')).count()); presses++) await page.keyboard.press('Tab');
  await expect(tip).toBeVisible();
  await accessible(page);
  await page.keyboard.press('Escape');
  await expect(tip).toBeHidden();
  await expect(page, 'and nothing else has happened').toHaveURL(/secrets\?q=route-planner/);
});

test('a tooltip stays where the focus scrolls what it is about into sight', async ({ page }) => {
  await page.setViewportSize({ width: 1366, height: 400 });
  await open(page, '/cn-hangzhou/secrets');
  const name = page.getByRole('rowheader').last().getByRole('link');
  await page.getByRole('rowheader').first().getByRole('link').focus();
  for (let presses = 0; presses < 100 && !(await name.and(page.locator(':focus')).count()); presses++) await page.keyboard.press('Tab');
  await page.waitForTimeout(300);
  const tip = page.getByRole('tooltip');
  await expect(tip).toBeVisible();
  const [of, at] = [await name.boundingBox(), await tip.boundingBox()];
  expect(Math.min(Math.abs(at!.y - of!.y - of!.height), Math.abs(of!.y - at!.y - at!.height))).toBeLessThan(3);
});

test('text that is marked beyond the edge of the palette does not close it', async ({ page }) => {
  await open(page, '/cn-hangzhou/secrets');
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Search pages, secrets and actions' });
  const field = palette.getByRole('combobox');
  await field.fill('secrets');
  const box = (await field.boundingBox())!;
  await page.mouse.move(box.x + 60, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(10, box.y + 20, { steps: 5 });
  await page.mouse.up();
  await expect(palette).toBeVisible();
  await page.mouse.click(10, 500);
  await expect(palette).toBeHidden();
});

test('a drawer that is open when the window grows is a drawer no more', async ({ page }) => {
  await page.setViewportSize({ width: 700, height: 800 });
  await open(page, '/cn-hangzhou/secrets');
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.setViewportSize({ width: 1280, height: 800 });
  const drawer = page.getByRole('navigation', { name: 'Main' });
  await expect(drawer).toBeVisible();
  await expect.poll(() => drawer.evaluate((it) => it.matches(':popover-open'))).toBe(false);
});

test('how old what is shown is, is said beside the moment and goes on', async ({ page }) => {
  await page.clock.install();
  await open(page, '/cn-hangzhou/secrets');
  const updated = page.locator('.updated time');
  const age = () => updated.evaluate((time) => (time as HTMLElement).dataset.age);
  await expect.poll(age).toMatch(/now|sec/);
  await page.clock.fastForward(130_000);
  await expect.poll(age).toMatch(/2 min/);
  expect(await updated.evaluate((time) => getComputedStyle(time, '::after').content)).toContain('2 min');
});

test('that it goes somewhere is seen at once, however long the next page takes', async ({ page }) => {
  let release = () => {};
  const held = new Promise<void>((done) => { release = done; });
  await page.route(/split_.*\.wasm$/, async (route) => {
    await held;
    await route.continue();
  });
  await open(page, '/cn-hangzhou/secrets');
  await page.getByRole('link', { name: 'image-resizer', exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('data-going', '');
  release();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('image-resizer');
  await expect(page.locator('html')).not.toHaveAttribute('data-going');
});

test('a name of any length takes no more than its share of the row: state and actions stay in sight', async ({ page, cloud }) => {
  const user = 'x-very-long-name-of-a-ram-user-that-fills-all-of-its-64-characte';
  cloud.call('ram/CreateUser', { UserName: user });
  const { AccessKey: key } = cloud.call('ram/CreateAccessKey', { UserName: user });
  cloud.call('kms/CreateSecret', {
    SecretName: '$Auto', SecretType: 'RAMCredentials', VersionId: 'v1', EnableAutomaticRotation: 'true', RotationInterval: '7d',
    SecretData: JSON.stringify({ AccessKeys: [{ AccessKeyId: key.AccessKeyId, AccessKeySecret: key.AccessKeySecret }] }),
    ExtendedConfig: JSON.stringify({ SecretSubType: 'RamUserAccessKey', UserName: user }),
  });
  for (const width of [1366, 1024, 390]) {
    await page.setViewportSize({ width, height: 800 });
    await open(page, '/cn-hangzhou/secrets?q=x-very');
    const more = await page.getByRole('button', { name: /^More actions for/ }).boundingBox();
    expect(more!.x + more!.width, String(width)).toBeLessThanOrEqual(width);
    const beyond = await page.locator('.table-frame').evaluate((frame) => frame.scrollWidth - frame.clientWidth);
    expect(beyond, String(width)).toBeLessThanOrEqual(0);
  }
});

test('how often a page asks again is the choice of the person, on each page, and stays', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => request.url().includes('/api/') && asked.push(new URL(request.url()).pathname));
  await page.clock.install();
  await open(page, '/cn-hangzhou/secrets?q=route-planner');
  await page.clock.pauseAt(Date.now() + 1_000);
  const every = page.getByRole('combobox', { name: 'Refresh automatically' });
  await expect(every).toHaveValue('30');
  await expect.poll(() => page.getByText('Loading').count()).toBe(0);
  /** How often the page asked in so many seconds. */
  const within = async (seconds: number) => {
    asked.length = 0;
    for (let second = 0; second < seconds; second++) {
      await page.clock.runFor(1_000);
      // The answers come in their own time.
      await page.waitForTimeout(50);
    }
    return asked.length;
  };
  expect(await within(25)).toBe(0);
  expect(await within(10)).toBe(1);
  await every.selectOption('Not automatically');
  expect(await within(60)).toBe(0);
  await every.selectOption('Every 10 seconds');
  // At once, because it is due, and then as often.
  expect(await within(35)).toBe(4);
  await page.reload();
  await expect(every).toHaveValue('10');
  await page.getByRole('link', { name: 'route-planner', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('route-planner');
  await expect(every).toHaveValue('10');
  expect(await within(12)).toBe(1);
  for (const path of ['/', '/access-keys']) {
    await page.goto(path);
    await expect(every, path).toHaveValue('10');
  }
});

test('what is known stays while reading it anew fails, and that is said', async ({ page, sandbox, allowErrors }) => {
  allowErrors(/50[0-9]/);
  for (const [path, shown] of [
    ['/cn-hangzhou/secrets?q=route', 'route-planner'],
    ['/cn-hangzhou/secrets/acs/ram/user/route-planner', 'acs/ram/user/route-planner'],
  ] as const) {
    await open(page, path);
    await sandbox.fault({ service: 'kms', action: '*', kind: 'error', status: 503, code: 'ServiceUnavailableTemporary' });
    await page.getByRole('button', { name: 'Refresh' }).click();
    await expect(page.getByRole('alert'), path).toContainText('could not be refreshed: Alibaba Cloud failed to answer.', { timeout: 20_000 });
    await expect(page.getByText(shown).first()).toBeVisible();
    await accessible(page);
    await sandbox.clearFaults();
    await page.getByRole('button', { name: 'Refresh' }).click();
    await expect(page.getByRole('alert'), path).toHaveCount(0);
  }
  // Another question has no answer yet: nothing else stands in its place.
  await open(page, '/cn-hangzhou/secrets?q=route');
  await sandbox.fault({ service: 'kms', action: '*', kind: 'error', status: 503, code: 'ServiceUnavailableTemporary' });
  await page.getByRole('searchbox').fill('tariff');
  await expect(page.getByRole('alert')).toContainText('Alibaba Cloud failed to answer.', { timeout: 20_000 });
  await expect(page.getByRole('table')).toHaveCount(0);
});
