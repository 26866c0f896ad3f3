// Replicas of two versions behind one address, as while an update is rolled out.
import { expect, hydrated, test } from '../fixtures/keyturn.ts';

const LIST = '/cn-hangzhou/secrets?q=payroll-exporter';

test('a page whose call reaches the other version asks again until it reaches its own', async ({ page, allowErrors }) => {
  allowErrors(/409/);
  let refused = 0;
  await page.goto(LIST);
  await hydrated(page);
  await page.route('**/api/get-secret*', async (route) => {
    // Two of three are of the other version; this one is asked as it is.
    if (refused < 2) {
      refused += 1;
      const headers = { ...route.request().headers(), 'x-keyturn-build': 'of the other version' };
      const answer = await route.fetch({ headers });
      expect(answer.status()).toBe(409);
      await route.fulfill({ response: answer, headers: { ...answer.headers(), 'x-keyturn-build': 'of the other version' } });
    } else await route.continue();
  });
  await page.getByRole('link', { name: 'payroll-exporter', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: /payroll-exporter/ })).toBeVisible();
  await expect.poll(() => refused).toBe(2);
  await expect(page.getByText('acs/ram/user/payroll-exporter').first()).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('where no version is its own, that is said, with what to do', async ({ page, allowErrors }) => {
  allowErrors(/409/);
  await page.goto(LIST);
  await hydrated(page);
  await page.route('**/api/**', async (route) => {
    const headers = { ...route.request().headers(), 'x-keyturn-build': 'of an older version' };
    const answer = await route.fetch({ headers });
    await route.fulfill({ response: answer, headers: { ...answer.headers(), 'x-keyturn-build': 'of a newer version' } });
  });
  await page.getByRole('link', { name: 'payroll-exporter', exact: true }).click();
  await expect(page.getByRole('alert').first()).toContainText('Reload');
});
