// Whose page it is.
import { root } from './dom.js';

// What the one before kept in this tab is not for the next one.
const { person } = root.dataset;
if (person) {
  if (sessionStorage.getItem('person') !== person) sessionStorage.clear();
  sessionStorage.setItem('person', person);
}
// Another person may have signed in since this page was loaded: the server refuses what is not theirs.
addEventListener('formdata', ({ target, formData }) => person && target.method === 'post' && formData.set('page-of', person));
