// For a page that the server alone renders: its selects act, its moments are in the person's zone, and one that waits for a sign-in is told of it.
if (location.pathname === '/signed-in') new BroadcastChannel('keyturn').postMessage(document.documentElement.dataset.person);
for (const select of document.querySelectorAll('.region-select select')) {
  select.addEventListener('change', () => select.form.requestSubmit());
}
const { lang, dataset } = document.documentElement;
// A time zone that this browser does not know is none.
try { new Intl.DateTimeFormat('en', { timeZone: dataset.zone || undefined }); } catch { delete dataset.zone; }
const language = navigator.language.split('-')[0] === lang ? navigator.language : lang;
for (const time of document.querySelectorAll('main time[datetime]')) {
  time.textContent = new Date(time.dateTime).toLocaleString(language, {
    year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short', timeZone: dataset.zone || undefined,
  });
}
// A passkey is made or used by the browser; the form takes what came of it to the server.
const passkeys = window.PublicKeyCredential?.parseCreationOptionsFromJSON && PublicKeyCredential;
for (const form of document.querySelectorAll('form[data-passkey]')) {
  form.hidden = !passkeys;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const alert = form.querySelector('[role=alert]');
    alert.hidden = true;
    try {
      const response = await fetch(form.dataset.options, { method: 'POST', body: new URLSearchParams(dataset.person ? { 'page-of': dataset.person } : {}) });
      if (response.redirected) return location.assign(response.url);
      const { step, options } = await response.json();
      const credential = form.dataset.passkey === 'create'
        ? await navigator.credentials.create({ publicKey: passkeys.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: passkeys.parseRequestOptionsFromJSON(options) });
      form.elements.step.value = step;
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch {
      alert.hidden = false;
    }
  });
}
for (const button of document.querySelectorAll('[data-copies]')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const of = document.getElementById(button.dataset.copies);
    await navigator.clipboard.writeText(of.value ?? of.textContent);
    button.nextElementSibling.textContent = button.title = button.dataset.done;
  });
}
// Whether the headers of a page have come through whatever stands in front.
const headers = document.querySelectorAll('[data-header]');
if (headers.length) {
  fetch('/', { method: 'HEAD', cache: 'no-store' }).then((response) => {
    for (const row of headers) {
      const found = response.headers.get(row.dataset.header)?.includes(row.dataset.value) ? 'fine' : 'broken';
      for (const part of row.querySelectorAll('[data-when]')) part.hidden = part.dataset.when !== found;
    }
  }, () => {});
}
dataset.hydrated = '';
