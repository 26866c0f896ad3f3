// The focus is never lost: where what has it goes away, it goes to what took its place, else to the heading.
import { find, heading, onChange } from './dom.js';

/** Who moves it on purpose has done so by then. */
const LOOK_AFTER = 100;
let last = null;
let timer = 0;

addEventListener('focusin', ({ target }) => { last = target; });
addEventListener('focusout', ({ target }) => {
  // A click beside everything takes it away on purpose: what had it is still there.
  queueMicrotask(() => { if (last === target && target.isConnected) last = null; });
});
onChange(() => {
  if (timer || !last || last.isConnected) return;
  timer = setTimeout(() => {
    timer = 0;
    if (!last || last.isConnected || document.activeElement !== document.body) return;
    const heir = (last.id && document.getElementById(last.id)) || find('dialog:modal h2') || heading();
    if (heir) last = null;
    heir?.focus();
  }, LOOK_AFTER);
});
