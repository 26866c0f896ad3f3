// The sheet of shortcuts, what the person sets there, and what was said.
import { find, isOpen, remember, root } from './dom.js';
import { messages } from './toast.js';

export const help = find('#help');
const single = find('#single-keys');
const zone = find('#time-zone');
if (single) {
  single.checked = localStorage.getItem('single-keys') !== 'off';
  single.addEventListener('change', () => localStorage.setItem('single-keys', single.checked ? 'on' : 'off'));
}
export function openHelp() {
  if (!help || isOpen()) return;
  if (zone && zone.options.length < 3) {
    zone.append(...Intl.supportedValuesOf('timeZone').map((name) => new Option(name, name)));
    zone.value = root.dataset.zone ?? '';
  }
  const list = find('#messages');
  const items = messages().map(({ at, text, undo }) => {
    const item = document.createElement('li');
    const time = Object.assign(document.createElement('time'), { dateTime: new Date(at).toISOString(), textContent: new Date(at).toLocaleTimeString(root.lang) });
    item.append(time, ' ', text);
    if (undo) item.append(' ', Object.assign(document.createElement('a'), { href: undo, textContent: find('#toast a').textContent }));
    return item;
  });
  list.replaceChildren(...(items.length ? items : [Object.assign(document.createElement('li'), { textContent: list.dataset.none })]));
  help.showModal();
  find('h2', help).focus();
}
zone?.addEventListener('change', () => {
  remember('time-zone', zone.value);
  location.reload();
});

/** Whether a single key may act: some people's own tools send them (WCAG 2.1.4). */
export const mayUseSingleKeys = () => Boolean(single?.checked);
