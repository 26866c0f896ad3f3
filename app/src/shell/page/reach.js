// Keyturn cannot be reached: it is said, over what is open, tried again, and said when it answers. Until then nobody goes where
// there would be nothing.
import { inDialog } from './dialogs.js';
import { find } from './dom.js';

const notice = find('#unreachable');
const SHOWN = 6_000;
let isLost = false;
const say = (state) => {
  if (notice.matches(':popover-open')) notice.hidePopover();
  notice.dataset.state = state;
  notice.textContent = notice.dataset[state];
  notice.showPopover();
  inDialog(notice.textContent);
};
async function lost() {
  if (!notice || isLost) return;
  isLost = true;
  say('lost');
  for (let wait = 1_000; ; wait = Math.min(wait * 1.5, 15_000)) {
    await new Promise((done) => setTimeout(done, wait));
    const answer = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(5_000) }).catch(() => null);
    if (answer?.ok) break;
  }
  isLost = false;
  say('back');
  dispatchEvent(new Event('keyturn:refresh'));
  setTimeout(() => { if (!isLost) notice.hidePopover(); }, SHOWN);
}
addEventListener('offline', lost);
addEventListener('keyturn:lost', lost);
addEventListener('click', (event) => {
  const link = isLost && event.target.closest?.('a[href]');
  if (!link || link.target || link.origin !== location.origin) return;
  event.preventDefault();
  event.stopPropagation();
  say('lost');
}, true);
