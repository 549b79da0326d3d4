// Runs in the browser, served from the page's own origin: shows what the server draws anew, and leaves alone where somebody is:
// focus, scroll, what was opened. It must never decide what is shown.
const view = document.getElementById('view');
const told = document.getElementById('live');

/** Rows are known by the certificate that they link to, everything else by its place. */
const keyOf = (node) => {
  if (node.nodeType !== Node.ELEMENT_NODE) return '';
  const link = node.matches('a, tr, li') ? (node.closest('a') ?? node.querySelector('a[href]')) : null;
  return node.id || (link?.getAttribute('href') ?? '');
};

const sameKind = (one, other) => one.nodeName === other.nodeName && keyOf(one) === keyOf(other);

const takeAttributes = (here, drawn) => {
  // Whether somebody has opened it is theirs.
  const kept = (name) => name === 'open' && here.nodeName === 'DETAILS';
  for (const { name } of [...here.attributes]) if (!drawn.hasAttribute(name) && !kept(name)) here.removeAttribute(name);
  for (const { name, value } of [...drawn.attributes])
    if (here.getAttribute(name) !== value && !kept(name)) here.setAttribute(name, value);
};

const take = (here, drawn) => {
  if (here.nodeType !== Node.ELEMENT_NODE) {
    if (here.nodeValue !== drawn.nodeValue) here.nodeValue = drawn.nodeValue;
    return;
  }
  takeAttributes(here, drawn);
  takeChildren(here, drawn);
};

const takeChildren = (here, drawn) => {
  const wantedKeys = new Set([...drawn.children].map(keyOf));
  // Before anything is moved: a row that stays where it is keeps its place on the screen.
  for (const child of [...here.children]) if (!wantedKeys.has(keyOf(child))) child.remove();
  const keyed = new Map([...here.children].map((child) => [keyOf(child), child]));
  let at = here.firstChild;
  for (const wanted of [...drawn.childNodes]) {
    const key = keyOf(wanted);
    const found = key === '' ? at : keyed.get(key);
    if (found === undefined || found === null || !sameKind(found, wanted)) {
      here.insertBefore(wanted, at);
      continue;
    }
    keyed.delete(key);
    if (found === at) at = at.nextSibling;
    else here.insertBefore(found, at);
    take(found, wanted);
  }
  while (at !== null) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
};

/** A row that moved, also into another table, keeps the focus. */
const keepFocus = (focused) => {
  if (focused === null || focused === document.body || focused === document.activeElement) return;
  const href = focused.getAttribute('href');
  const there = focused.isConnected ? focused : view.querySelector(`a[href="${CSS.escape(href ?? '')}"]`);
  there?.focus({ preventScroll: true });
};

const show = ({ title, html, version }) => {
  const focused = document.activeElement;
  const drawn = new DOMParser().parseFromString(html, 'text/html').body;
  takeChildren(view, drawn);
  keepFocus(focused);
  document.title = title;
  view.dataset.version = version;
};

const tell = (state, text) => {
  if (told.dataset.state === state) return;
  told.dataset.state = state;
  told.textContent = text;
};

// Named in a query, so that a path with a slash at its end is no other.
const of = encodeURIComponent(location.pathname);
const events = new EventSource(`/events?of=${of}&have=${encodeURIComponent(view.dataset.version)}`);
events.addEventListener('open', () => tell('live', 'live'));
events.addEventListener('view', ({ data }) => show(JSON.parse(data)));
events.addEventListener('error', () => {
  const now = new Date().toISOString().slice(11, 19);
  tell('lost', `not connected since ${now} UTC: what you see is from then`);
});
// A page that is left would else hold its stream until the server notices.
addEventListener('pagehide', () => events.close());
addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
