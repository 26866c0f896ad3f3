// Dialogs: what is said outside, how they are left, and what would be lost.
import { all, find, onChange } from './dom.js';

for (const dialog of all('#palette, #help')) {
  // Who marks text and lets go beside the dialog means to keep it.
  let pressed = null;
  dialog.addEventListener('pointerdown', ({ target }) => (pressed = target));
  dialog.addEventListener('click', ({ target }) => target === dialog && pressed === dialog && dialog.close());
}

// What sending came to is in sight, however long the dialog is.
onChange((changes) => {
  for (const { addedNodes } of changes) {
    for (const added of addedNodes) {
      const isResult = added.nextElementSibling?.matches('.dialog-buttons') && added.matches?.('[role=alert]');
      if (isResult) added.scrollIntoView({ block: 'nearest' });
    }
  }
});

// A modal dialog keeps all else from who listens: what is said outside is said in it, too.
export const inDialog = (text) => {
  const dialog = all('dialog:modal').pop();
  if (!dialog) return;
  let said = find(':scope > .said', dialog);
  if (!said) {
    said = Object.assign(document.createElement('p'), { className: 'said visually-hidden', ariaLive: 'polite' });
    dialog.append(said);
  }
  if (said.textContent !== text) said.textContent = text;
};
const status = find('.status');
if (status) onChange(() => inDialog(status.textContent.trim()), { characterData: true }, status);

// A dialog is left in one way, by its button: Esc, too. Where something was typed that would be lost, it is asked first.
const leaving = find('#leave-edits');
let edited = null;
addEventListener('input', ({ target, isTrusted }) => {
  if (isTrusted && target.closest('form[data-guard]')) edited = target.closest('dialog');
}, true);
addEventListener('cancel', (event) => {
  const leave = event.target.matches('dialog') && find('[data-leave]', event.target);
  if (!leave) return;
  event.preventDefault();
  // As by hand: what had the focus is not what the page goes back to.
  leave.focus();
  leave.click();
}, true);
addEventListener('click', (event) => {
  const leave = event.target.closest?.('[data-leave]');
  if (!leave || !leaving || edited !== leave.closest('dialog') || !edited?.isConnected) return;
  event.preventDefault();
  event.stopPropagation();
  leaving.returnValue = '';
  leaving.onclose = () => {
    if (leaving.returnValue !== 'discard') return;
    edited = null;
    leave.click();
  };
  leaving.showModal();
}, true);
