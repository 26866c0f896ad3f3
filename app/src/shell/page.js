// Of every page: its tools, the command palette, shortcuts, messages, and the word that Keyturn cannot be reached. It is one file
// beside the page's own script, and knows the page by its markup alone.
const root = document.documentElement;
const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const remember = (name, value) => { document.cookie = `__Host-${name}=${value}; Path=/; Secure; SameSite=Lax; Max-Age=31536000`; };

// What the one before kept in this tab is not for the next one.
const { person } = root.dataset;
if (person) {
  if (sessionStorage.getItem('person') !== person) sessionStorage.clear();
  sessionStorage.setItem('person', person);
}
// Another person may have signed in since this page was loaded: the server refuses what is not theirs.
addEventListener('formdata', ({ target, formData }) => person && target.method === 'post' && formData.set('page-of', person));

// Tools of the top bar.
find('#language')?.addEventListener('change', ({ target }) => target.form.requestSubmit());
find('#theme')?.addEventListener('change', ({ target }) => {
  root.dataset.theme = target.value;
  remember('theme', target.value);
});
const palette = find('#palette');
const help = find('#help');
for (const button of all('[data-opens]')) button.addEventListener('click', () => (button.dataset.opens === 'palette' ? openPalette() : openHelp()));

// Where there is little room the navigation is a drawer, with the tools in it. Going somewhere, or opening something, closes it.
const navigation = find('#navigation');
const bar = find('.top-bar .tools');
const set = find('.tool-set');
const narrow = matchMedia('(max-width: 760px)');
const place = () => (narrow.matches ? navigation : bar).append(set);
if (navigation && set) {
  place();
  narrow.addEventListener('change', () => {
    place();
    if (navigation.matches(':popover-open')) navigation.hidePopover();
  });
  navigation.addEventListener('click', ({ target }) => target.closest('a, [data-opens]') && navigation.hidePopover(), true);
}

const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
const isOpen = () => Boolean(find('dialog:modal, [popover]:not(.tooltip):popover-open'));
const follow = (address) => {
  // By a link in the document, so that the page's own code goes there where it can.
  const link = Object.assign(document.createElement('a'), { href: address, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
};

// The palette: a combobox with a listbox (ARIA Authoring Practices).
const SEARCH_AFTER = 150;
const ASK_AGAIN_AFTER = 600;
const MOST_ASKED = 20;
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
  const own = all('main :is(a.button, button.button, .tabs a)').filter((it) => isShown(it) && !it.disabled && !it.closest('dialog, td, th, form'));
  const named = own.map((it) => ({ group: actions, name: it.textContent.trim(), run: () => it.click() }));
  const places = all('.side-navigation a, .tool-set a').map((it) => ({ group: pages, name: it.textContent.trim(), run: () => it.click() }));
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

function openPalette() {
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
for (const dialog of [palette, help]) {
  // Who marks text and lets go beside the dialog means to keep it.
  let pressed = null;
  dialog?.addEventListener('pointerdown', ({ target }) => (pressed = target));
  dialog?.addEventListener('click', ({ target }) => target === dialog && pressed === dialog && dialog.close());
}

// How often what is shown is asked for again: beside each button that does so at once.
const choice = find('#refresh-every');
root.dataset.refresh = localStorage.getItem('refresh') ?? '30';
function offerIntervals() {
  for (const place of all('.refresh-every:empty')) {
    place.append(choice.content.cloneNode(true));
    find('select', place).value = root.dataset.refresh;
  }
}
if (choice) {
  offerIntervals();
  new MutationObserver(offerIntervals).observe(find('#content'), { subtree: true, childList: true });
}
addEventListener('change', ({ target }) => {
  if (!target.matches('.refresh-every select')) return;
  root.dataset.refresh = target.value;
  for (const other of all('.refresh-every select')) other.value = target.value;
  localStorage.setItem('refresh', target.value);
});

// The sheet, and what the person sets there.
const single = find('#single-keys');
const zone = find('#time-zone');
if (single) {
  single.checked = localStorage.getItem('single-keys') !== 'off';
  single.addEventListener('change', () => localStorage.setItem('single-keys', single.checked ? 'on' : 'off'));
}
function openHelp() {
  if (!help || isOpen()) return;
  if (zone && zone.options.length < 3) {
    zone.append(...Intl.supportedValuesOf('timeZone').map((name) => new Option(name, name)));
    zone.value = root.dataset.zone ?? '';
  }
  const list = find('#messages');
  const items = messages().map(({ at, text }) => {
    const item = document.createElement('li');
    const time = Object.assign(document.createElement('time'), { dateTime: new Date(at).toISOString(), textContent: new Date(at).toLocaleTimeString(root.lang) });
    item.append(time, ' ', text);
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

// What was said in this tab: a message that has gone can be read again.
const KEPT = 30;
const messages = () => JSON.parse(sessionStorage.getItem('messages') ?? '[]');
let last = '';
new MutationObserver(() => {
  const text = find('.status .toast')?.textContent.trim() ?? '';
  if (text && text !== last) {
    sessionStorage.setItem('messages', JSON.stringify([{ at: Date.now(), text }, ...messages()].slice(0, KEPT)));
  }
  last = text;
}).observe(document.body, { subtree: true, childList: true, characterData: true });

// Keys. A single one acts where nobody types and nothing is open.
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
  if (key === 'Escape' && tipped) return event.preventDefault(), hideTip();
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (inTable(event)) return;
  if (isOpen() || target.matches?.('input, textarea, select, [contenteditable]')) return;
  if (key === 'Escape') return all('main .breadcrumb a').pop()?.click();
  if (!help || !single.checked) return;
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

/** In a table the arrows go from row to row, and the space selects the row. Whether the key was for that. */
function inTable(event) {
  const row = event.target.closest?.('tbody tr');
  if (!row || event.target.matches('input:not([type=checkbox]), select, textarea, [role=menuitem], [aria-expanded=true]')) return false;
  const rows = all('tr', row.parentElement).filter(isShown);
  const to = { ArrowDown: 1, ArrowUp: -1, Home: -rows.length, End: rows.length }[event.key];
  const stops = (of) => all('a[href], button, input', of).filter(isShown);
  if (to) {
    const next = rows[Math.min(Math.max(rows.indexOf(row) + to, 0), rows.length - 1)];
    const place = stops(row).indexOf(event.target.closest('a, button, input'));
    (stops(next)[place] ?? stops(next)[0])?.focus();
    event.preventDefault();
    return true;
  }
  const box = event.key === ' ' && event.target.matches('a') && find('[type=checkbox]', row);
  if (!box) return false;
  box.click();
  event.preventDefault();
  return true;
}

// Going to another page: that it goes is seen at once, however long its code or the server takes.
const GOING_AFTER = 120;
// Who was asked first and stayed goes nowhere.
const GOING_AT_MOST = 10_000;
let going = null;
function arrived() {
  clearTimeout(going?.timer);
  going = null;
  delete root.dataset.going;
}
addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href]');
  if (!link || link.target || link.download || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (link.origin !== location.origin || link.pathname + link.search === location.pathname + location.search) return;
  arrived();
  going = { to: link.pathname + link.search, timer: setTimeout(() => {
    root.dataset.going = '';
    going.timer = setTimeout(arrived, GOING_AT_MOST);
  }, GOING_AFTER) };
}, true);
new MutationObserver(() => going?.to === location.pathname + location.search && arrived()).observe(find('#content') ?? document.body, { subtree: true, childList: true });
addEventListener('pageshow', arrived);

// A tooltip: for the keyboard and the pointer alike, over what it is about no longer than that has either, and gone by Esc.
const TIP_AFTER = 350;
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
// What has the focus was scrolled into sight.
addEventListener('scroll', () => (tipped && tipped === document.activeElement ? placeTip() : hideTip()), true);

// How long ago what is shown was asked for: beside the moment itself, and kept as time passes.
const UNITS = [['second', 1], ['minute', 60], ['hour', 3_600], ['day', 86_400]];
const relative = new Intl.RelativeTimeFormat(root.lang, { style: 'short', numeric: 'auto' });
function age() {
  for (const time of all('.updated time')) {
    const seconds = Math.max((Date.now() - Date.parse(time.dateTime)) / 1_000, 0);
    const [unit, length] = UNITS.findLast(([, length]) => seconds >= length) ?? UNITS[0];
    const text = relative.format(-Math.floor(seconds / length), unit);
    if (time.dataset.age !== text) time.dataset.age = text;
  }
}
age();
setInterval(age, 5_000);
new MutationObserver(age).observe(document.body, { subtree: true, childList: true, attributeFilter: ['datetime'] });

// A modal dialog keeps all else from who listens: what is said outside is said in it, too.
const inDialog = (text) => {
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
if (status) new MutationObserver(() => inDialog(status.textContent.trim())).observe(status, { subtree: true, childList: true, characterData: true });

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

// Work over many secrets that runs in this tab stands still while its page is not open.
const paused = find('#paused-run');
function remind() {
  const key = Object.keys(sessionStorage).find((name) => name.startsWith('keyturn-bulk-') && JSON.parse(sessionStorage[name]).is_running);
  const href = key && `/${key.slice('keyturn-bulk-'.length)}/bulk`;
  const isElsewhere = Boolean(href) && location.pathname !== href;
  if (isElsewhere) paused.href = href;
  if (isElsewhere !== paused.matches(':popover-open')) paused.togglePopover(isElsewhere);
}
if (paused) {
  remind();
  new MutationObserver(remind).observe(find('#content') ?? document.body, { subtree: true, childList: true });
}

// Keyturn cannot be reached: it is said, over what is open, tried again, and said when it answers. Until then nobody goes where
// there would be nothing.
const notice = find('#unreachable');
const SHOWN = 6_000;
let isLost = false;
const say = (state) => {
  if (notice.matches(':popover-open')) notice.hidePopover();
  notice.dataset.state = state;
  notice.textContent = notice.dataset[state];
  notice.showPopover();
  inDialog(notice.textContent);
};
async function lost() {
  if (!notice || isLost) return;
  isLost = true;
  say('lost');
  for (let wait = 1_000; ; wait = Math.min(wait * 1.5, 15_000)) {
    await new Promise((done) => setTimeout(done, wait));
    const answer = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(5_000) }).catch(() => null);
    if (answer?.ok) break;
  }
  isLost = false;
  say('back');
  dispatchEvent(new Event('keyturn:refresh'));
  setTimeout(() => { if (!isLost) notice.hidePopover(); }, SHOWN);
}
addEventListener('offline', lost);
addEventListener('keyturn:lost', lost);
addEventListener('click', (event) => {
  const link = isLost && event.target.closest?.('a[href]');
  if (!link || link.target || link.origin !== location.origin) return;
  event.preventDefault();
  event.stopPropagation();
  say('lost');
}, true);
