// Keys. A single one acts where nobody types and nothing is open.
import { all, find, heading, isOpen, isShown } from './dom.js';
import { mayUseSingleKeys, openHelp } from './help.js';
import { openPalette, palette } from './palette.js';
import { clearSelection } from './selection.js';
import { dismissToast } from './toast.js';
import { inTable } from './table.js';
import { dismissTip } from './tooltip.js';

const GO = { o: '/', s: '/secrets', k: '/access-keys', a: '/activity' };
let awaited = 0;
addEventListener('keydown', (event) => {
  const { key, target } = event;
  if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === 'k' && palette) {
    event.preventDefault();
    palette.open ? palette.close() : openPalette();
    return;
  }
  // First the tooltip, and then what it is in.
  if (key === 'Escape' && dismissTip()) return event.preventDefault();
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (key === 'F6') return toCorner(event);
  if (inTable(event)) return;
  if (isOpen() || target.matches?.('input:not([type=checkbox]), textarea, select, [contenteditable]')) return;
  if (key === 'Escape' && (dismissToast(target) || clearSelection())) return;
  if (key === 'Escape') return all('main .breadcrumb a').pop()?.click();
  if (!mayUseSingleKeys()) return;
  const go = awaited > Date.now() ? GO[key] : null;
  awaited = key === 'g' ? Date.now() + 1_500 : 0;
  const link = go && all('.side-navigation a').find((it) => (go === '/' ? it.pathname === go : it.pathname.endsWith(go)));
  const acts = {
    '?': openHelp,
    '/': () => find('main [type=search]')?.focus(),
    c: () => all('main a').find((it) => isShown(it) && it.pathname.endsWith('/create-secret'))?.click(),
  };
  const act = link ? () => link.click() : acts[key];
  if (!act) return;
  event.preventDefault();
  act();
});

let cameFrom = null;
/** To what lies over the page at its lower edge, the newest first, and back: it is the last in the document. */
function toCorner(event) {
  const places = all('#toast:popover-open, #selection:popover-open, #paused-run:popover-open');
  const here = places.findIndex((place) => place.contains(document.activeElement));
  if (!places.length) return;
  event.preventDefault();
  if (here < 0) cameFrom = document.activeElement;
  const next = places[here + 1];
  const stop = next && (next.matches('a') ? next : find('a:not([hidden]), button', next));
  (stop ?? (cameFrom?.isConnected ? cameFrom : heading()))?.focus();
}
