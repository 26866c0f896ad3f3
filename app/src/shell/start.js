// Fetches the console's code and strings, and starts it. What is typed or chosen before it has taken over is not lost: it is
// put back, and the code told of it.
const changed = new Map();
const isText = (field) => field.matches?.("input:not([type='checkbox'], [type='radio']), textarea");
const isHydrated = () => 'hydrated' in document.documentElement.dataset;
// What is chosen later is heard by the code itself; a text may still be written over while a page takes over.
const note = ({ target }) => {
  const isEarly = !isHydrated();
  if (isEarly || isText(target)) changed.set(target, { value: target.value, checked: target.checked, isEarly });
};
addEventListener('input', note, true);

const restore = () => {
  for (const [field, { value, checked, isEarly }] of changed) {
    const isSame = field.value === value && field.checked === checked;
    const isReset = field.value === (field.defaultValue ?? field.value) && field.checked === (field.defaultChecked ?? field.checked);
    // Neither: it has gone on since.
    if (!field.isConnected || (!isSame && !isReset)) changed.delete(field);
    else if (isEarly || !isSame) {
      field.value = value;
      field.checked = checked;
      field.dispatchEvent(new Event(isText(field) ? 'input' : 'change', { bubbles: true }));
      // The event is our own: it is no later input.
      if (isText(field)) changed.set(field, { value, checked, isEarly });
      else changed.delete(field);
    }
  }
};
const settle = () => {
  removeEventListener('input', note, true);
  changed.clear();
};
new MutationObserver((_, observer) => {
  if (!isHydrated()) return;
  observer.disconnect();
  // Parts whose data is read once more take over a moment later.
  for (const after of [0, 100, 300]) setTimeout(restore, after);
  setTimeout(settle, 400);
}).observe(document.documentElement, { attributeFilter: ['data-hydrated'] });

const folder = `/pkg/${document.documentElement.dataset.build}`;
const words = fetch(document.getElementById('words').href).then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)));
const { default: init, hydrate } = await import(`${folder}/keyturn.js`);
await init({ module_or_path: `${folder}/keyturn.wasm` });
hydrate(await words);
