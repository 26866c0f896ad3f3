// Rows by the keyboard.
import { all, find, isShown } from './dom.js';

/** In a table the arrows go from row to row, and the space selects the row. Whether the key was for that. */
export function inTable(event) {
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
