// Fetches the console's code and strings, and starts it. What is typed or chosen before it has taken over is not lost: it is
// put back, and the code told of it.
const changed = new Map();
const isText = (field) => field.matches?.("input:not([type='checkbox'], [type='radio']), textarea");
const isHydrated = () => 'hydrated' in document.documentElement.dataset;
// Choices that are made later are heard by the code itself; a text may still be written over while a page takes over.
const note = ({ target }) => {
  if (isText(target) || !isHydrated()) changed.set(target, { value: target.value, checked: target.checked });
};
addEventListener('input', note, true);

const restore = (isLast) => {
  for (const [field, { value, checked }] of changed) {
    if (!field.isConnected) continue;
    const isSame = field.value === value && field.checked === checked;
    if (isText(field) ? isSame && !isLast : !isLast) continue;
    field.value = value;
    field.checked = checked;
    field.dispatchEvent(new Event(isText(field) ? 'input' : 'change', { bubbles: true }));
  }
  if (!isLast) return;
  removeEventListener('input', note, true);
  changed.clear();
};
new MutationObserver((_, observer) => {
  if (!isHydrated()) return;
  observer.disconnect();
  // Parts whose data is read once more take over a moment later.
  for (const after of [0, 100, 300]) setTimeout(restore, after, false);
  setTimeout(restore, 800, true);
}).observe(document.documentElement, { attributeFilter: ['data-hydrated'] });

const folder = `/pkg/${document.documentElement.dataset.build}`;
const words = fetch(document.getElementById('words').href).then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)));
const { default: init, hydrate } = await import(`${folder}/keyturn.js`);
await init({ module_or_path: `${folder}/keyturn.wasm` });
hydrate(await words);
