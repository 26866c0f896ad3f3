// Lighthouse on the release build, over the embedded sandbox: accessibility and best practices are whole on the main pages.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// In a folder of its own, as it asks for the newest version of some of its parts: no lock file of ours could hold that.
const folder = join(process.argv[3], 'node_modules');
const { default: lighthouse } = await import(pathToFileURL(join(folder, 'lighthouse/core/index.js')));
const { launch } = await import(pathToFileURL(join(folder, 'chrome-launcher/dist/index.js')));
const PAGES = ['/', '/cn-hangzhou/secrets', '/cn-hangzhou/secrets/acs/ram/user/image-resizer', '/cn-hangzhou/create-secret', '/activity', '/setup'];
const CATEGORIES = ['accessibility', 'best-practices', 'performance'];
// Performance is told, not demanded: it measures this machine, too.
const WHOLE = ['accessibility', 'best-practices'];
const LISTEN = '127.0.0.1:4890';

const data = mkdtempSync(join(tmpdir(), 'keyturn-lighthouse-'));
const server = spawn(process.argv[2], [], {
  env: { PATH: process.env.PATH, KEYTURN_LISTEN: LISTEN, KEYTURN_SANDBOX_LISTEN: '127.0.0.1:4891', KEYTURN_DATA_DIR: data, KEYTURN_LOG: 'error' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
await new Promise((done, failed) => {
  server.stdout.on('data', (said) => String(said).includes('Keyturn is ready.') && done());
  server.once('exit', () => failed(new Error('keyturn ended before it was ready')));
});
const chrome = await launch({
  chromePath: process.env.TEST_CHROMIUM ?? '/usr/bin/chromium',
  chromeFlags: ['--headless=new', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])],
});
let isWhole = true;
try {
  for (const page of PAGES) {
    const { lhr } = await lighthouse(`http://localhost:${LISTEN.split(':')[1]}${page}`, {
      port: chrome.port, onlyCategories: CATEGORIES, formFactor: 'desktop', screenEmulation: { disabled: true }, logLevel: 'error',
    });
    const scores = CATEGORIES.map((name) => [name, Math.round(lhr.categories[name].score * 100)]);
    console.log(page, scores.map(([name, score]) => `${name} ${score}`).join(', '));
    for (const audit of WHOLE.flatMap((name) => lhr.categories[name].auditRefs).map(({ id, weight }) => ({ ...lhr.audits[id], weight }))) {
      if (audit.weight > 0 && audit.score !== null && audit.score < 1) {
        console.log(`  ${audit.id}: ${audit.title}`);
        for (const { node } of audit.details?.items ?? []) if (node) console.log(`    ${node.snippet} ${JSON.stringify(node.boundingRect)}`);
      }
    }
    isWhole &&= scores.every(([name, score]) => !WHOLE.includes(name) || score === 100);
  }
} finally {
  await chrome.kill();
  server.kill();
  rmSync(data, { recursive: true });
}
if (!isWhole) process.exit(1);
