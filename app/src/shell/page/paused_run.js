// Work over many secrets that runs in this tab stands still while its page is not open.
import { content, find, onChange } from './dom.js';

const paused = find('#paused-run');
function remind() {
  const key = Object.keys(sessionStorage).find((name) => name.startsWith('keyturn-bulk-') && JSON.parse(sessionStorage[name]).is_running);
  const href = key && `/${key.slice('keyturn-bulk-'.length)}/bulk`;
  const isElsewhere = Boolean(href) && location.pathname !== href;
  if (isElsewhere) paused.href = href;
  if (isElsewhere !== paused.matches(':popover-open')) paused.togglePopover(isElsewhere);
}
if (paused) {
  remind();
  onChange(remind, {}, content);
}
