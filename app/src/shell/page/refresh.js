// How often what is shown is asked for again: beside each button that does so at once.
import { all, content, find, onChange, root } from './dom.js';

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
  onChange(offerIntervals, {}, content);
}
addEventListener('change', ({ target }) => {
  if (!target.matches('.refresh-every select')) return;
  root.dataset.refresh = target.value;
  for (const other of all('.refresh-every select')) other.value = target.value;
  localStorage.setItem('refresh', target.value);
});

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
onChange(age, { attributeFilter: ['datetime'] });
