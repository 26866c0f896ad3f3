// Fetches the console's code and strings, and starts it. What is typed or chosen before it has taken over is not lost: it was
// noted by `early.js`, is put back, and the code told of it.
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
// A part takes over when its code and its data are there: after each answer that leaves none to wait for, as after the page itself.
let going = 0;
let settling;
const SETTLED = 10_000;
let takenOver = Infinity;
const settle = () => {
  if (going && performance.now() - takenOver < SETTLED) return;
  removeEventListener('input', note, true);
  removeEventListener('click', press, true);
  changed.clear();
  takenOver = -Infinity;
};
const partTakesOver = () => {
  if (going || performance.now() - takenOver > SETTLED || takenOver === Infinity) return;
  for (const after of [0, 100, 300]) setTimeout(restore, after);
  clearTimeout(settling);
  settling = setTimeout(settle, 400);
};
// Who presses a button may mean to empty a field.
const press = ({ isTrusted, target }) => isTrusted && isHydrated() && target.closest('button, a') && changed.clear();
addEventListener('click', press, true);
new MutationObserver((_, observer) => {
  if (!isHydrated()) return;
  observer.disconnect();
  takenOver = performance.now();
  partTakesOver();
  setTimeout(settle, SETTLED);
}).observe(document.documentElement, { attributeFilter: ['data-hydrated'] });

// A request that is refused because the session has ended, or because what it asks for cannot be undone and the sign-in is a
// while ago: it waits for a sign-in in another tab, and is sent again. What was typed stays where it is.
const dialog = document.getElementById('ended');
const { person, build } = document.documentElement.dataset;
const send = globalThis.fetch;
let signedIn = null;
// Who called it off is not asked again but by what they do themselves.
let isCalledOff = false;
const askedAgain = (isConfirmation) => {
  signedIn ??= new Promise((resolve) => {
    const channel = new BroadcastChannel('keyturn');
    const end = (isSignedIn) => {
      channel.close();
      signedIn = null;
      dialog.close();
      resolve(isSignedIn);
    };
    // Somebody else: what is on the page, and what was about to be done, is not theirs.
    channel.onmessage = ({ data }) => (data === person ? end(true) : location.reload());
    dialog.onclose = () => signedIn && end(false);
    for (const text of dialog.querySelectorAll('[data-again]')) {
      text.dataset.first ??= text.textContent;
      text.textContent = isConfirmation ? text.dataset.again : text.dataset.first;
    }
    dialog.showModal();
  });
  return signedIn;
};
// A page that nobody touches asks again by itself: that is no use of the session.
const UNTOUCHED = 30_000;
let touched = performance.now();
for (const kind of ['pointerdown', 'pointermove', 'keydown', 'scroll']) {
  addEventListener(kind, () => (touched = performance.now()), { capture: true, passive: true });
}
// The server answers within 40 s, or not at all.
const LONGEST = 45_000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
// While two versions serve side by side, one refuses the other's pages: the next try may reach the page's own.
const sent = async (request, tries = 4) => {
  const again = request.clone();
  const answer = await send(request, { signal: AbortSignal.timeout(LONGEST) }).catch((error) => {
    dispatchEvent(new Event('keyturn:lost'));
    throw error;
  });
  const other = answer.headers.get('x-keyturn-build');
  if (!other || other === build || tries === 1) return answer;
  await pause(200);
  return sent(again, tries - 1);
};
// The code of a part of the page: whoever went there gets there, once Keyturn can be reached again.
const MOST_TRIES = 200;
const fetched = async (request, tries = MOST_TRIES) => {
  try {
    return await send(request.clone());
  } catch (error) {
    if (!request.url.startsWith(`${location.origin}/pkg/`) || tries === 1) throw error;
    dispatchEvent(new Event('keyturn:lost'));
    await pause(3_000);
    return fetched(request, tries - 1);
  }
};
// What is shown is asked for again as often as the person wants, while somebody may look at it and nothing is being asked.
let asked = performance.now();
const ask = async (input, init) => {
  const request = new Request(input, init);
  if (!request.url.startsWith(`${location.origin}/api/`)) return fetched(request);
  asked = performance.now();
  // In another tab somebody else may have signed in: the server refuses what this page's person did not ask for.
  if (person) request.headers.set('x-keyturn-person', person);
  if (performance.now() - touched > UNTOUCHED) request.headers.set('x-keyturn-unattended', '1');
  // In somebody else's frame: every change asks who it is.
  if (self !== top) request.headers.set('x-keyturn-embedded', '1');
  const again = request.clone();
  const answer = await sent(request);
  if (answer.ok) isCalledOff = false;
  if (!dialog || (answer.status !== 401 && answer.status !== 403)) return answer;
  const { code } = await answer.clone().json().catch(() => ({}));
  if (code !== 'no_session' && code !== 'confirm_identity') return answer;
  isCalledOff = !(await askedAgain(code === 'confirm_identity'));
  return isCalledOff ? answer : ask(again);
};
setInterval(() => {
  const every = Number(document.documentElement.dataset.refresh) * 1_000;
  if (!every || going || isCalledOff || document.hidden || performance.now() - asked < every) return;
  asked = performance.now();
  dispatchEvent(new Event('keyturn:refresh'));
}, 1_000);
globalThis.fetch = (input, init) => {
  going += 1;
  return ask(input, init).finally(() => {
    going -= 1;
    partTakesOver();
  });
};

const folder = `/pkg/${build}`;
const words = fetch(document.getElementById('words').href).then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)));
const { default: init, hydrate } = await import(`${folder}/keyturn.js`);
await init({ module_or_path: `${folder}/keyturn.wasm` });
hydrate(await words);
