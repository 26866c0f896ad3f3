// The focus is never lost: where what has it goes away, it goes to what took its place, else to the heading.
import { find, heading, onChange } from './dom.js';

/** Who moves it on purpose has done so by then. */
const LOOK_AFTER = 50;
let last = null;
let timer = 0;

addEventListener('focusin', ({ target }) => { last = target; });
addEventListener('focusout', ({ target }) => {
  // A click beside everything takes it away on purpose: what had it is still there.
  queueMicrotask(() => { if (last === target && target.isConnected) last = null; });
});
const isLost = () => last && !last.isConnected && document.activeElement === document.body;
onChange(() => {
  const same = isLost() && last.id && document.getElementById(last.id);
  if (same) return same.focus();
  if (isLost()) timer ||= setTimeout(toHeading, LOOK_AFTER);
});
function toHeading() {
  timer = 0;
  const place = isLost() && (find('dialog:modal h2') ?? heading());
  if (!place) return;
  last = null;
  place.focus();
}
