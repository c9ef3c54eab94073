// Keeps the page itself, so that it opens without a network. Data is not its business: /api and /sync pass by.
const PREFIX = 'diaodu-page-';
const NETWORK_WAIT_MS = 4000;

self.addEventListener('install', (event) => {
  event.waitUntil(fetch('/', { cache: 'no-store' }).then(keep).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith('/api/') || url.pathname === '/sync' || url.pathname === '/health') return;
  if (event.request.mode === 'navigate') {
    event.respondWith(open(event));
  } else {
    event.respondWith(caches.match(event.request, { ignoreSearch: true }).then((kept) => kept || fetch(event.request)));
  }
});

// The newest page when the network answers soon, else the kept one.
function open(event) {
  const fromNetwork = fetch('/', { cache: 'no-cache' }).then((response) => {
    if (!response.ok) throw new Error('page answered ' + response.status);
    event.waitUntil(keep(response.clone()).catch((error) => console.error(error)));
    return response;
  });
  const late = new Promise((resolve, reject) => setTimeout(reject, NETWORK_WAIT_MS, new Error('network is slow')));
  return Promise.race([fromNetwork, late]).catch(() => caches.match('/').then((kept) => kept || fromNetwork));
}

// Keeps a page whole or not at all: its files first, then the page, then older pages go.
async function keep(response) {
  if (!response.ok) throw new Error('page answered ' + response.status);
  const html = await response.clone().text();
  const name = PREFIX + fingerprint(html);
  const cache = await caches.open(name);
  if (!(await cache.match('/'))) {
    const files = new Set(['/boot.js']);
    const pattern = /(?:href|src|data-js|data-wasm|data-later)="(\/[^"]+)"/g;
    for (let found = pattern.exec(html); found; found = pattern.exec(html)) found[1].split(' ').forEach((file) => files.add(file));
    await cache.addAll(Array.from(files, (file) => new Request(file, { cache: 'no-cache' })));
    await cache.put('/', response);
  }
  const names = await caches.keys();
  await Promise.all(names.filter((other) => other.startsWith(PREFIX) && other !== name).map((other) => caches.delete(other)));
}

// FNV-1a: the page names its files with their hashes, so that another page is another text.
function fingerprint(text) {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash.toString(16);
}
