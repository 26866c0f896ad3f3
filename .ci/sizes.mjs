// What the first list page weighs on the wire, cold, from the release binary: fails beyond what it may.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

const MOST = { page: 250_000, wasm: 200_000 };
const data = mkdtempSync(join(tmpdir(), 'keyturn-sizes-'));
const server = spawn('target/release/keyturn', [], {
  env: { PATH: process.env.PATH, KEYTURN_LISTEN: '127.0.0.1:4960', KEYTURN_SANDBOX_LISTEN: '127.0.0.1:4961', KEYTURN_DATA_DIR: data },
  stdio: ['ignore', 'pipe', 'ignore'],
});
const browser = await chromium.launch({ executablePath: process.env.TEST_CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  let said = '';
  for await (const chunk of server.stdout) if ((said += chunk).includes('Keyturn is ready.')) break;
  const page = await browser.newPage();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  const names = new Map();
  const sizes = new Map();
  let wasm = 0;
  devtools.on('Network.responseReceived', ({ requestId, response }) => {
    const { pathname } = new URL(response.url);
    names.set(requestId, pathname);
    if (pathname.endsWith('/keyturn.wasm')) wasm = Number(response.headers['content-length']);
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => sizes.set(names.get(requestId) ?? '?', encodedDataLength));
  await page.goto('http://localhost:4960/cn-hangzhou/secrets');
  await page.waitForSelector('html[data-hydrated]');
  await page.waitForLoadState('networkidle');
  const whole = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  console.log(`the list, cold: ${whole} bytes of ${MOST.page} in ${sizes.size} answers, headers and all; its WASM: ${wasm} of ${MOST.wasm}`);
  if (whole > MOST.page || wasm > MOST.wasm || !wasm) throw new Error('it is too large, or the WASM was not seen');
} finally {
  await browser.close();
  server.kill();
  rmSync(data, { recursive: true, force: true });
}
