// Four eyes: what cannot be undone waits for somebody else, and both see where it stands.
import { accessible, expect, hydrated } from '../fixtures/keyturn.ts';
import { choosePassword, grant, member, SECRET, signIn, test } from '../fixtures/own.ts';

test.use({ settings: { KEYTURN_FOUR_EYES: 'rotate,delete,access-key' } });

test('one asks, another approves, and then it is done, once', async ({ page, browser, own, allowErrors }) => {
  test.slow();
  allowErrors(/403|409/);
  await choosePassword(page, own.link);
  await signIn(page, 'admin');
  await page.goto('/approvals');
  await expect(page.getByRole('main')).toContainText('Nothing waits');
  await accessible(page);
  await member(page, browser, 'eva', 'payments');
  await grant(page, 'operator', 'payments', 'acs/ram/user/pay*');

  const eva = await own.signedIn('eva');
  await eva.goto(`/cn-hangzhou/rotate-secret/${SECRET}`);
  await hydrated(eva);
  const dialog = eva.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Rotate Now' }).click();
  await expect(dialog.getByRole('alert')).toContainText('This needs a second person, and waits for one now.');
  await eva.goto('/');
  await eva.getByRole('link', { name: 'Approvals' }).click();
  const own1 = eva.getByRole('row').filter({ hasText: SECRET });
  await expect(own1).toContainText('Waiting');
  await expect(own1.getByRole('button'), 'nobody decides their own').toHaveCount(1);
  await own1.getByRole('button', { name: `Withdraw your request: Rotate ${SECRET}` }).click();
  await expect(own1).toContainText('Withdrawn');
  await expect(own1.getByRole('button')).toHaveCount(0);
  await eva.goto(`/cn-hangzhou/rotate-secret/${SECRET}`);
  await hydrated(eva);
  await dialog.getByRole('button', { name: 'Rotate Now' }).click();
  await expect(dialog.getByRole('alert')).toContainText('waits for one now');
  await eva.goto('/approvals');
  await accessible(eva);

  await page.goto('/approvals');
  await page.getByRole('button', { name: `Deny: Rotate, ${SECRET}` }).click();
  await expect(page.getByRole('row').filter({ hasText: SECRET }).first()).toContainText('Denied');
  await eva.goto(`/cn-hangzhou/rotate-secret/${SECRET}`);
  await hydrated(eva);
  await dialog.getByRole('button', { name: 'Rotate Now' }).click();
  await expect(dialog.getByRole('alert')).toContainText('This needs a second person');
  await page.goto('/approvals');
  const approve = page.getByRole('button', { name: `Approve: Rotate, ${SECRET}` });
  await approve.click();
  await expect(page.getByRole('row').filter({ hasText: SECRET }).first()).toContainText('Approved');
  await accessible(page);

  await eva.goto('/approvals');
  await eva.getByRole('link', { name: 'Do it now' }).click();
  await hydrated(eva);
  await dialog.getByRole('button', { name: 'Rotate Now' }).click();
  await expect(eva.getByRole('status').first()).toContainText(/rotat/i);
  await eva.goto('/approvals');
  await expect(eva.getByRole('row').filter({ hasText: SECRET }).first()).toContainText('Approved and done');
  await page.goto('/activity?event=rotate_secret&outcome=done');
  await page.getByRole('row').nth(1).getByText('Rotate', { exact: true }).click();
  await expect(page.getByRole('row').nth(1)).toContainText('approvedBy');
  await expect(page.getByRole('row').nth(1)).toContainText('local:admin');
});
