// Going to another page: that it goes is seen at once, however long its code or the server takes.
import { content, onChange, root } from './dom.js';

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
onChange(() => going?.to === location.pathname + location.search && arrived(), {}, content);
addEventListener('pageshow', arrived);
