// What each part of the script needs of the document.
export const root = document.documentElement;
export const find = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];
export const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
/** The page's; one that lies ready beneath is not shown. */
export const heading = () => all('main h1').find(isShown);
export const isOpen = () => Boolean(find("dialog:modal, [popover]:not([popover='manual']):popover-open"));
/** Whatever is drawn anew; `options` beside added and removed nodes. */
export const onChange = (act, options = {}, within = document.body) =>
  new MutationObserver(act).observe(within, { subtree: true, childList: true, ...options });
/** What is between the top bar and the end of the page. */
export const content = find('#content') ?? document.body;
/** Kept for a year, for the server to know. */
export const remember = (name, value) => {
  document.cookie = `__Host-${name}=${value}; Path=/; Secure; SameSite=Lax; Max-Age=31536000`;
};
/** By a link in the document, so that the page's own code goes there where it can. */
export const follow = (address) => {
  const link = Object.assign(document.createElement('a'), { href: address, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
};
