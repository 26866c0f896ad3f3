// Access for all: axe on every page, and what axe cannot see: the keyboard alone, focus, zoom, motion, contrast by force.
import type { Page } from '@playwright/test';
import { accessible, expect, hydrated, open, test } from '../fixtures/keyturn.ts';
import { PAGES } from '../fixtures/pages.ts';

/** Presses Tab until the element has the focus. */
async function tabTo(page: Page, role: Parameters<Page['getByRole']>[0], name: string | RegExp, most = 80) {
  const wanted = page.getByRole(role, { name }).and(page.locator(':focus'));
  for (let presses = 0; presses < most; presses++) {
    if (await wanted.count()) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${role} ${name} has not got the focus in ${most} presses`);
}

/** What had it is gone: something else has it within what nobody notices. */
async function keepsFocus(page: Page) {
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName), { message: 'the focus is not lost', timeout: 500 }).not.toBe('BODY');
}

test('axe finds nothing on any page as it comes', async ({ page, allowErrors }) => {
  test.setTimeout(180_000);
  allowErrors(/404/);
  for (const path of PAGES) {
    await open(page, path);
    await test.step(path, () => accessible(page));
  }
  await page.goto('/_gallery');
  await hydrated(page);
  await accessible(page);
});

test('axe finds nothing where a page is half as wide, and its targets come close', async ({ page }) => {
  await page.setViewportSize({ width: 800, height: 600 });
  for (const path of ['/cn-hangzhou/secrets/acs/ram/user/image-resizer', '/cn-hangzhou/secrets', '/', '/access-keys/checkout-api']) {
    await open(page, path);
    await test.step(path, () => accessible(page));
  }
});

test('axe finds nothing on pages that are gone to, and the focus is at their heading', async ({ page }) => {
  await open(page, '/');
  const steps: [string, () => Promise<void>][] = [
    ['Secrets', () => page.getByRole('link', { name: 'Secrets', exact: true }).click()],
    ['image-resizer', () => page.getByRole('link', { name: 'image-resizer', exact: true }).click()],
    ['AccessKeys', () => page.getByRole('link', { name: 'AccessKeys', exact: true }).click()],
    ['Overview', () => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Overview', exact: true }).click()],
  ];
  for (const [heading, go] of steps) {
    await go();
    await expect(page.getByRole('heading', { level: 1 })).toContainText(heading === 'Overview' ? /./ : heading);
    await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
    await accessible(page);
  }
});

test('the manual is walked by keyboard alone: create, plan the deletion, restore', async ({ page, sandbox, cloud }) => {
  test.setTimeout(60_000);
  await open(page, '/cn-hangzhou/secrets');
  await tabTo(page, 'link', 'Create Secret');
  await page.keyboard.press('Enter');
  await tabTo(page, 'combobox', 'Select RAM User');
  await page.keyboard.type('checkout');
  await expect(page.getByRole('option', { name: /^checkout-api/ })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const [key] = (await sandbox.accessKeys()).filter((key) => key.userName === 'checkout-api');
  await expect(page.getByLabel(key.accessKeyId)).toBeVisible();
  for (let presses = 0; presses < 20 && !(await page.getByLabel(key.accessKeyId).and(page.locator(':focus')).count()); presses++) await page.keyboard.press('Tab');
  await page.keyboard.type(key.accessKeySecret);
  await tabTo(page, 'button', 'Next');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Configuration rotation' })).toBeVisible();
  await tabTo(page, 'spinbutton', 'Rotation Period');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('14');
  await tabTo(page, 'button', 'Next');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Review and confirm' })).toBeVisible();
  await tabTo(page, 'button', 'OK');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Created successfully' })).toBeVisible();
  await tabTo(page, 'button', 'Close');
  await page.keyboard.press('Enter');
  expect(cloud.describe('cn-hangzhou', 'acs/ram/user/checkout-api').RotationInterval).toBe('1209600s');

  for (const [item, title] of [['Plan Deletion Secret', 'Delete Secret'], ['Restore Secret', 'Restore Secret']]) {
    await choose(page, 'checkout-api', item);
    await expect(page.getByRole('dialog', { name: title })).toBeVisible();
    await tabTo(page, 'button', 'OK');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog', { name: title })).toBeHidden();
    await keepsFocus(page);
  }
});

/** Opens a row's menu and chooses from it. */
async function choose(page: Page, user: string, item: string) {
  await open(page, `/cn-hangzhou/secrets?q=${user}`);
  await tabTo(page, 'button', new RegExp(`^More actions for .*${user}`));
  await page.keyboard.press('Enter');
  for (let presses = 0; presses < 8 && !(await page.getByRole('menuitem', { name: item }).and(page.locator(':focus')).count()); presses++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
}

test('rotation is changed and run, and a secret is deleted for good, by keyboard alone', async ({ page, cloud }) => {
  test.setTimeout(60_000);
  await choose(page, 'price-engine', 'Change Rotation');
  await tabTo(page, 'spinbutton', 'Rotation Period');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('14');
  await tabTo(page, 'button', 'Save');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status')).toContainText('is changed.');
  expect(cloud.describe('cn-hangzhou', 'acs/ram/user/price-engine').RotationInterval).toBe('1209600s');

  await choose(page, 'price-engine', 'Rotate Now');
  const rotate = page.getByRole('dialog', { name: 'Rotate Now' });
  await expect(rotate).toBeVisible();
  await tabTo(page, 'button', 'Rotate Now');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: /price-engine/ })).toContainText('Rotating');

  await choose(page, 'route-planner', 'Plan Deletion Secret');
  await tabTo(page, 'radio', 'Plan Deletion Secret');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: 'Delete Secret Immediately' })).toBeChecked();
  await tabTo(page, 'textbox', 'Secret name');
  await page.keyboard.type('acs/ram/user/route-planner');
  // Enter in the field is the form's own button.
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status')).toContainText('acs/ram/user/route-planner is deleted.');
  await expect(page.getByRole('row', { name: /route-planner/ })).toHaveCount(0);
  await keepsFocus(page);
});

test('whatever has the focus is seen, and nothing traps it', async ({ page }) => {
  test.setTimeout(60_000);
  for (const path of ['/cn-hangzhou/secrets', '/cn-hangzhou/secrets/acs/ram/user/image-resizer', '/setup', '/']) {
    await open(page, path);
    const seen = new Set<string>();
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab');
      const focus = await page.evaluate(() => {
        const element = document.activeElement!;
        if (element === document.body) return null;
        const box = element.getBoundingClientRect();
        const top = document.elementFromPoint(Math.min(Math.max(box.x + box.width / 2, 1), innerWidth - 1), box.y + box.height / 2);
        const isSeen = box.bottom > 0 && box.top < innerHeight && box.width > 0 && Boolean(top && (element.contains(top) || top.contains(element)));
        return { isSeen, name: `${element.tagName} ${element.id || element.textContent?.trim().slice(0, 40)} ${Math.round(box.y + scrollY)}` };
      });
      if (!focus) break;
      expect(focus.isSeen, `${path}: ${focus.name}`).toBe(true);
      seen.add(focus.name);
    }
    expect(seen.size, path).toBeGreaterThan(8);
  }
});

test('at 400 % nothing lies beyond the edge', async ({ page, allowErrors }) => {
  test.setTimeout(120_000);
  allowErrors(/404/);
  await page.setViewportSize({ width: 320, height: 256 });
  for (const path of PAGES) {
    await open(page, path);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect.soft(wide, path).toBeLessThanOrEqual(0);
  }
});

test('motion is left out for who wants none, and forced colours leave everything to be told apart', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'active' });
  for (const path of ['/', '/cn-hangzhou/secrets', '/cn-hangzhou/secrets/acs/ram/user/image-resizer']) {
    await open(page, path);
    const moving = await page.evaluate(() => [...document.querySelectorAll('*')].filter((it) => {
      const { transitionDuration, animationName } = getComputedStyle(it);
      return animationName !== 'none' || transitionDuration.split(',').some((time) => parseFloat(time) > 0);
    }).map((it) => it.outerHTML.slice(0, 80)));
    expect(moving, path).toEqual([]);
    await accessible(page);
  }
  // A picture's parts are told apart from what is beneath them.
  await open(page, '/cn-hangzhou/secrets/acs/ram/user/image-resizer');
  const same = await page.evaluate(() => [...document.querySelectorAll('.timeline rect')].filter((it) => getComputedStyle(it).fill === getComputedStyle(document.body).backgroundColor).length);
  expect(same).toBe(0);
});

test('a result is said politely, an error at once', async ({ page, sandbox, allowErrors }) => {
  allowErrors(/50\d|409/);
  await page.addInitScript(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    new MutationObserver(() => {
      for (const region of document.querySelectorAll('[role=status].status, [role=alert]')) {
        const text = `${region.getAttribute('role')}: ${region.textContent!.trim().replace(/\s+/g, ' ')}`;
        if (region.textContent!.trim() && said.at(-1) !== text && !said.includes(text)) said.push(text);
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
  await open(page, '/cn-hangzhou/delete-secret/acs/ram/user/legacy-ftp');
  await sandbox.fault({ service: 'kms', action: 'DeleteSecret', kind: 'error', status: 500, times: 1 });
  await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  await expect(page.getByRole('dialog').getByRole('alert')).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.locator('.status')).toContainText('legacy-ftp');
  const said = await page.evaluate(() => (window as unknown as { said: string[] }).said);
  const [error, result] = [said.findIndex((it) => it.startsWith('alert:')), said.findIndex((it) => it.startsWith('status:') && it.includes('legacy-ftp'))];
  expect(error, said.join('\n')).toBeGreaterThanOrEqual(0);
  expect(result, said.join('\n')).toBeGreaterThan(error);
});
