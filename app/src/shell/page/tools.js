import { all, find, remember, root } from './dom.js';
import { openHelp } from './help.js';
import { openPalette } from './palette.js';

// Tools of the top bar.
find('#language')?.addEventListener('change', ({ target }) => target.form.requestSubmit());
find('#theme')?.addEventListener('change', ({ target }) => {
  root.dataset.theme = target.value;
  remember('theme', target.value);
});
const openers = { palette: openPalette, help: openHelp };
for (const button of all('[data-opens]')) button.addEventListener('click', () => openers[button.dataset.opens]());

// Where there is little room the navigation is a drawer, with the tools in it. Going somewhere, or opening something, closes it.
const navigation = find('#navigation');
const bar = find('.top-bar .tools');
const set = find('.tool-set');
const narrow = matchMedia('(max-width: 1100px)');
const place = () => (narrow.matches ? navigation : bar).append(set);
if (navigation && set) {
  place();
  narrow.addEventListener('change', () => {
    place();
    if (navigation.matches(':popover-open')) navigation.hidePopover();
  });
  navigation.addEventListener('click', ({ target }) => target.closest('a, [data-opens]') && navigation.hidePopover(), true);
}
