// Secrets selected in a list, on whatever page of it and by whatever filter, for what is done to many at once.
import { all, content, find, onChange } from './dom.js';

const bar = find('#selection');
const said = find('#selection-said');
const chosen = new Set();
let region = '';
let isFull = false;
let before = '';

const boxes = () => all('[data-pick]');
const pick = (box, isChosen) => {
  isFull = isChosen && !chosen.has(box.value) && chosen.size >= Number(bar.dataset.most);
  if (isFull) return;
  isChosen ? chosen.add(box.value) : chosen.delete(box.value);
};

/** The rows may be new ones, and the page another. */
function show() {
  const [, where, page] = location.pathname.split('/');
  if (page === 'secrets' && where !== region) {
    region = where;
    chosen.clear();
  }
  // Once it has begun, the run knows them.
  if (page === 'bulk' && sessionStorage.getItem(`keyturn-bulk-${where}`)) chosen.clear();
  for (const box of boxes()) box.checked = chosen.has(box.value);
  const here = boxes().filter((box) => box.checked).length;
  const whole = find('[data-pick-all]');
  if (whole) {
    whole.checked = here > 0 && here === boxes().length;
    whole.indeterminate = here > 0 && !whole.checked;
  }
  const isShown = chosen.size > 0 && location.pathname === `/${region}/secrets`;
  const [count, link] = bar.children;
  const words = (text, values) => Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), text);
  const text = [
    words(count.dataset.count, { count: chosen.size, total: find('[data-total]')?.dataset.total ?? '' }),
    chosen.size > here && words(count.dataset.elsewhere, { count: chosen.size - here }),
    isFull && count.dataset.full,
  ].filter(Boolean).join(', ');
  if (isShown && count.textContent !== text) count.textContent = said.textContent = text;
  if (!isShown && bar.matches(':popover-open')) said.textContent = said.dataset.cleared;
  if (isShown !== bar.matches(':popover-open')) bar.togglePopover(isShown);
  if (!isShown) return;
  link.href = `/${region}/bulk?${[...chosen].map((name) => `name=${encodeURIComponent(name)}`).join('&')}`;
}

/** Whether there was one. */
export function clearSelection() {
  const isOpen = Boolean(bar?.matches(':popover-open'));
  if (isOpen) {
    chosen.clear();
    show();
  }
  return isOpen;
}

if (bar) {
  // What was ticked before this ran.
  for (const box of boxes()) pick(box, box.checked);
  region = location.pathname.split('/')[1];
  show();
  onChange(show, {}, content);
  bar.querySelector('button').addEventListener('click', () => {
    clearSelection();
    find('[data-pick-all]')?.focus();
  });
  addEventListener('click', ({ target, shiftKey }) => {
    // The whole cell is the box's target.
    if (target.matches?.('td[data-rank=pick]')) find('[data-pick]', target).click();
    if (!target.matches?.('[data-pick]')) return;
    // With the shift key: all from the one before to this one.
    const [from, to] = [boxes().findIndex((box) => box.value === before), boxes().indexOf(target)];
    const range = shiftKey && from >= 0 ? boxes().slice(Math.min(from, to), Math.max(from, to) + 1) : [target];
    for (const box of range) pick(box, target.checked);
    before = target.value;
    show();
  });
  addEventListener('change', ({ target }) => {
    if (target.matches('[data-pick]')) pick(target, target.checked);
    else if (target.matches('[data-pick-all]')) for (const box of boxes()) pick(box, target.checked);
    else return;
    show();
  });
}
