// What an action came to: shown until it was read, and kept for this tab.
import { find, heading, onChange } from './dom.js';

const KEPT = 30;
const SHOWN_FOR = 8_000;
const LOOK_AGAIN_AFTER = 2_000;

/** What was said in this tab, the newest first. */
export const messages = () => JSON.parse(sessionStorage.getItem('messages') ?? '[]');

const toast = find('#toast');
let last = '';
let timer = 0;
function hide() {
  clearTimeout(timer);
  const hadFocus = toast.contains(document.activeElement);
  if (toast.matches(':popover-open')) toast.hidePopover();
  if (hadFocus) heading()?.focus();
}
/** Whether it had the focus. */
export function dismissToast(focused) {
  const isThere = Boolean(toast?.contains(focused));
  if (isThere) hide();
  return isThere;
}
function show(text, undo) {
  const [words, link] = toast.children;
  hide();
  words.textContent = text;
  link.hidden = !undo;
  link.href = undo;
  toast.showPopover();
  // What can be undone stays until somebody has said that it shall not be.
  if (undo) return;
  const end = () => (toast.matches(':hover, :focus-within') ? (timer = setTimeout(end, LOOK_AGAIN_AFTER)) : hide());
  timer = setTimeout(end, SHOWN_FOR);
}
function look() {
  const status = find('.status .toast');
  const text = status?.textContent.trim() ?? '';
  if (text && text !== last) {
    const undo = status.dataset.undo ?? '';
    sessionStorage.setItem('messages', JSON.stringify([{ at: Date.now(), text, undo }, ...messages()].slice(0, KEPT)));
    show(text, undo);
  }
  last = text;
}
if (toast) {
  for (const end of toast.querySelectorAll('a, button')) end.addEventListener('click', hide);
  look();
  onChange(look, { characterData: true });
}
