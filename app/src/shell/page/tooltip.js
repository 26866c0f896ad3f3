// A tooltip: for the keyboard and the pointer alike, over what it is about no longer than that has either, and gone by Esc.
import { find } from './dom.js';

const TIP_AFTER = 350;
const SAID_AFTER = 150;
const tip = Object.assign(document.createElement('div'), { id: 'tooltip', className: 'tooltip', popover: 'manual', role: 'tooltip' });
document.body.append(tip);
let tipped = null;
let soon = 0;
function hideTip() {
  clearTimeout(soon);
  if (tipped?.getAttribute('aria-describedby') === tip.id) tipped.removeAttribute('aria-describedby');
  tipped = null;
  if (tip.matches(':popover-open')) tip.hidePopover();
}
function showTip(element) {
  hideTip();
  tipped = element;
  tip.textContent = element.dataset.tip;
  if (!element.hasAttribute('aria-describedby') && element.getAttribute('aria-label') !== element.dataset.tip) element.setAttribute('aria-describedby', tip.id);
  tip.showPopover();
  placeTip();
}
/** Without a gap: the pointer gets from what it is about to the tip. */
function placeTip() {
  const [at, own] = [tipped.getBoundingClientRect(), tip.getBoundingClientRect()];
  const below = at.bottom + own.height < innerHeight;
  tip.style.top = `${below ? at.bottom : at.top - own.height}px`;
  tip.style.left = `${Math.max(4, Math.min(at.left, innerWidth - own.width - 4))}px`;
}
const tipOf = ({ target }) => target.closest?.('[data-tip]');
addEventListener('focusin', (event) => (event.target.matches?.(':focus-visible') && tipOf(event) ? showTip(tipOf(event)) : hideTip()));
addEventListener('focusout', hideTip);
addEventListener('pointerover', (event) => {
  const element = tipOf(event);
  // Over itself it stays: what it says can be read and copied.
  if (element === tipped || tip.contains(event.target)) return;
  hideTip();
  if (element) soon = setTimeout(() => showTip(element), TIP_AFTER);
});
// What was copied is said where it was asked for, as soon as the status says so.
addEventListener('click', ({ target }) => {
  const button = target.closest?.('.copy');
  const { copied } = find('#toast')?.dataset ?? {};
  if (!button || !copied) return;
  setTimeout(() => {
    if (tipped !== button || !find('.status').textContent.includes(copied)) return;
    tip.textContent = copied;
    placeTip();
  }, SAID_AFTER);
});
// What has the focus was scrolled into sight.
addEventListener('scroll', () => (tipped && tipped === document.activeElement ? placeTip() : hideTip()), true);

/** Whether there was one. */
export function dismissTip() {
  const isTipped = Boolean(tipped);
  hideTip();
  return isTipped;
}
