// The command palette: a combobox with a listbox (ARIA Authoring Practices).
import { all, find, follow, isOpen, isShown } from './dom.js';

const SEARCH_AFTER = 150;
const ASK_AGAIN_AFTER = 600;
const MOST_ASKED = 20;
export const palette = find('#palette');
const field = palette && find('input', palette);
const list = palette && find('[role=listbox]', palette);
const said = palette && find('[role=status]', palette);
let offered = [];
let active = -1;
let search = 0;

/** Whether each word of the text stands in the name. */
const fits = (name, text) => text.toLowerCase().split(/\s+/).every((word) => name.toLowerCase().includes(word));

/** What can be done and where one can go, by what is on the page now. */
function choices() {
  const { actions, pages, regions } = list.dataset;
  const seen = new Set();
  const own = all('main :is(a.button, button.button, .tabs a), .selection .button').filter((it) => isShown(it) && !it.disabled && !it.closest('dialog, td, th, form'));
  const named = own.map((it) => ({ group: actions, name: it.textContent.trim(), run: () => it.click() }));
  const places = all('.side-navigation a, .tool-set a').map((it) => ({ group: pages, name: it.textContent.trim(), run: () => it.click() }));
  // The main thing to do, from everywhere.
  const toSecrets = find('.side-navigation a[href$="/secrets"]');
  const create = { group: pages, name: list.dataset.create, run: () => follow(toSecrets.pathname.replace(/secrets$/, 'create-secret')) };
  if (toSecrets && !find('[data-may=see]') && !named.some(({ name }) => name === create.name)) places.push(create);
  const select = find('#region');
  const others = all('option', select ?? list).map((option) => ({
    group: regions,
    name: option.textContent.trim(),
    run: () => {
      select.value = option.value;
      select.dispatchEvent(new Event('change', { bubbles: true }));
    },
  }));
  return [...named, ...places, ...others].filter(({ group, name }) => name && !seen.has(group + name) && seen.add(group + name));
}

function offer(items) {
  offered = items;
  list.replaceChildren();
  let group = null;
  for (const [index, item] of items.entries()) {
    if (item.group !== group?.dataset.name) {
      group = document.createElement('div');
      group.setAttribute('role', 'group');
      group.setAttribute('aria-label', item.group);
      group.dataset.name = item.group;
      list.append(group);
    }
    const option = document.createElement('div');
    option.id = `palette-option-${index}`;
    option.setAttribute('role', 'option');
    option.append(item.name);
    if (item.note) option.append(' ', Object.assign(document.createElement('small'), { textContent: item.note }));
    option.addEventListener('mousedown', (event) => event.preventDefault());
    option.addEventListener('click', () => choose(index));
    group.append(option);
  }
  mark(items.length ? 0 : -1);
}

function mark(index) {
  active = index;
  for (const [at, option] of all('[role=option]', list).entries()) option.setAttribute('aria-selected', String(at === index));
  const option = find(`#palette-option-${index}`);
  option ? field.setAttribute('aria-activedescendant', option.id) : field.removeAttribute('aria-activedescendant');
  if (index === 0) list.scrollTop = 0;
  else option?.scrollIntoView({ block: 'nearest' });
}

function choose(index) {
  const item = offered[index];
  if (!item) return;
  palette.close();
  item.run();
}

/** Secrets in any region, as far as these are known; asked again while some are being read. */
async function secrets(text) {
  const answer = await fetch('/api/find-secrets', {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text }),
  });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

async function show() {
  const [text, turn] = [field.value.trim(), ++search];
  const near = choices().filter(({ name }) => fits(name, text));
  offer(near);
  const tell = (words) => { said.textContent = words; };
  const { none, busy, failed, results } = said.dataset;
  if (!text) return tell('');
  tell(busy);
  for (let tries = 0; tries < MOST_ASKED; tries++) {
    await new Promise((done) => setTimeout(done, tries ? ASK_AGAIN_AFTER : SEARCH_AFTER));
    if (turn !== search || !palette.open) return;
    let found;
    try {
      found = await secrets(text);
    } catch {
      return turn === search && tell(failed);
    }
    if (turn !== search) return;
    const items = found.secrets.map(({ address, name, region }) => ({ group: list.dataset.secrets, name, note: region, run: () => follow(address) }));
    const chosen = offered[active]?.name;
    offer([...near, ...items]);
    const again = offered.findIndex(({ name }) => name === chosen);
    if (again > 0) mark(again);
    const count = near.length + items.length;
    tell(count ? `${results}: ${count}` : found.is_reading ? busy : none);
    if (!found.is_reading) return;
  }
}

export function openPalette() {
  if (!palette || isOpen()) return;
  field.value = '';
  palette.showModal();
  show();
}

field?.addEventListener('input', show);
field?.addEventListener('keydown', (event) => {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps && offered.length) mark((active + steps[event.key] + offered.length) % offered.length);
  else if (event.key === 'Enter') choose(active);
  else return;
  event.preventDefault();
});
