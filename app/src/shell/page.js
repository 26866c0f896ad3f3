// Of every page: its tools, the command palette, shortcuts, messages, and the word that Keyturn cannot be reached. Bundled into one
// file beside the page's own script (`.ci/site.mjs`), it knows the page by its markup alone.
import './page/person.js';
import './page/tools.js';
import './page/refresh.js';
import './page/menu.js';
import './page/keys.js';
import './page/selection.js';
import './page/going.js';
import './page/focus.js';
import './page/tooltip.js';
import './page/dialogs.js';
import './page/paused_run.js';
import './page/reach.js';
