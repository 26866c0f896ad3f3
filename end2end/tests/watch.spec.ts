// The watch (`KEYTURN_WATCH`): what it notices, once each, and still after a restart.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, start, test } from '../fixtures/keyturn.ts';

test('the watch records once what needs a person, and keeps it over a restart', async ({ browser }, { parallelIndex }) => {
  const data = mkdtempSync(join(tmpdir(), 'keyturn-watch-'));
  const settings = { KEYTURN_WATCH: '1m', KEYTURN_SANDBOX_DATA: join(data, 'sandbox.sqlite') };
  const script = 'import json, sqlite3, sys; c = sqlite3.connect(sys.argv[1]); print(json.dumps([dict(zip(("name", "health", "noticed"), r)) for r in c.execute("SELECT secret, health, noticed_ms FROM findings ORDER BY secret, health")]))';
  const findings = () => JSON.parse(execFileSync('python3', ['-c', script, join(data, 'keyturn.db')], { encoding: 'utf8' })) as { name: string; health: string }[];
  const context = await browser.newContext();
  const page = await context.newPage();
  const row = page.getByRole('table', { name: 'Needs attention' }).getByRole('row', { name: /search-indexer/ });
  const noticed = row.getByRole('cell').last();
  const port = 4300 + parallelIndex * 2;

  const first = await start(port, data, settings);
  await expect.poll(() => { try { return findings().length; } catch { return 0; } }).toBeGreaterThan(0);
  const before = findings();
  expect(before.filter((finding) => finding.health === 'failing').map((finding) => finding.name).sort()).toEqual(
    ['acs/ram/user/search-indexer', 'acs/ram/user/video-transcode']);
  expect(before.filter((finding) => finding.health === 'off'), 'that rotation is off is a choice').toEqual([]);
  expect(new Set(before.map((finding) => finding.name)).size, 'once each').toBe(before.length);
  await page.goto(first.url);
  await expect(page.getByRole('table', { name: 'Needs attention' }).getByRole('columnheader', { name: 'Noticed' })).toBeVisible();
  const when = await noticed.locator('time').getAttribute('datetime');
  await first.stop();

  const second = await start(port, data, settings);
  await page.goto(second.url);
  await expect(noticed.locator('time')).toHaveAttribute('datetime', when!);
  expect(findings()).toEqual(before);
  await second.stop();
  await context.close();
  rmSync(data, { recursive: true });
});
