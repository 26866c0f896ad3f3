// For a page that the server alone renders: its selects act, and one that waits for a sign-in is told of it.
if (location.pathname === '/signed-in') new BroadcastChannel('keyturn').postMessage(document.documentElement.dataset.person);
for (const select of document.querySelectorAll('#language, .region-select select')) {
  select.addEventListener('change', () => select.form.requestSubmit());
}
document.documentElement.dataset.hydrated = '';
document.getElementById('theme')?.addEventListener('change', ({ target }) => {
  document.documentElement.dataset.theme = target.value;
  document.cookie = `__Host-theme=${target.value}; Path=/; Secure; SameSite=Lax; Max-Age=31536000`;
});
