// Menus by the keyboard (ARIA Authoring Practices). They are native popovers, which open, and say so, without this.
import { all, find } from './dom.js';

/** Letters that come sooner than that after another belong to the same word. */
const ONE_WORD = 700;
let typed = '';
let typedAt = 0;

/** The next item that begins with what is typed. */
function typeAhead(key, items, at) {
  typed = (Date.now() - typedAt < ONE_WORD ? typed : '') + key.toLowerCase();
  typedAt = Date.now();
  // The first letter goes on from where one is; more of the word may fit there as well.
  const from = typed.length > 1 ? at : at + 1;
  return [...items.slice(from), ...items.slice(0, from)].find((item) => item.textContent.trim().toLowerCase().startsWith(typed));
}

addEventListener('toggle', ({ target, newState }) => {
  if (newState !== 'open' || !target.matches?.('[role=menu]')) return;
  typed = '';
  find('[role=menuitem]', target)?.focus();
}, true);
// Before the link is followed: the focus is back at the button by then.
addEventListener('click', ({ target }) => target.closest?.('[role=menu]')?.hidePopover(), true);
addEventListener('keydown', (event) => {
  const { key, target } = event;
  const menu = target.closest?.('[role=menu]');
  if (!menu || event.ctrlKey || event.metaKey || event.altKey) return;
  if (key === 'Tab') return menu.hidePopover();
  const items = all('[role=menuitem]', menu);
  const at = Math.max(items.indexOf(document.activeElement), 0);
  const steps = { ArrowDown: (at + 1) % items.length, ArrowUp: at - 1, Home: 0, End: -1 };
  if (key === ' ') items[at].click();
  else if (key in steps) items.at(steps[key]).focus();
  else if (key.length === 1) typeAhead(key, items, at)?.focus();
  else return;
  event.preventDefault();
});
