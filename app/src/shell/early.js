// In the head: a page on a slow machine is typed into before its other scripts run. `start.js` puts back what is noted here.
// A time zone that this browser does not know, such as one of a newer one's, is none.
const { zone } = document.documentElement.dataset;
try { new Intl.DateTimeFormat('en', { timeZone: zone || undefined }); } catch { delete document.documentElement.dataset.zone; }
const changed = new Map();
const isText = (field) => field.matches?.("input:not([type='checkbox'], [type='radio']), textarea");
const isHydrated = () => 'hydrated' in document.documentElement.dataset;
// What is chosen later is heard by the code itself; a text may still be written over while a page takes over.
const note = ({ target }) => {
  const isEarly = !isHydrated();
  if (isEarly || isText(target)) changed.set(target, { value: target.value, checked: target.checked, isEarly });
};
addEventListener('input', note, true);
