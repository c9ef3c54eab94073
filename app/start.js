// First of all scripts, for browsers of any age: says so when this one is too old, else starts boot.js.
(function () {
  'use strict';
  var tag = document.currentScript;
  var root = document.documentElement;
  window.diaodu = { js: tag.getAttribute('data-js'), wasm: tag.getAttribute('data-wasm') };

  // Before the first paint, so that neither language nor colours change while loading.
  try {
    var language = localStorage.getItem('diaodu.language');
    if (language === 'en' || language === 'zh-CN') root.setAttribute('lang', language);
    var theme = localStorage.getItem('diaodu.theme');
    if (theme === 'light' || theme === 'dark') root.setAttribute('data-theme', theme);
    ['text', 'contrast', 'motion', 'aloud'].forEach(function (name) {
      var chosen = localStorage.getItem('diaodu.' + name);
      if (/^[a-z]+$/.test(chosen || '')) root.setAttribute('data-' + name, chosen);
    });
  } catch (error) { /* A browser that keeps nothing still shows the page. */ }

  // What the system asks for holds until a person has chosen.
  if (!root.hasAttribute('data-contrast') && window.matchMedia && matchMedia('(prefers-contrast: more)').matches) {
    root.setAttribute('data-contrast', 'more');
  }

  function show(id) {
    document.getElementById(id).hidden = false;
    var shell = document.getElementById('shell');
    if (shell) shell.hidden = true;
  }
  window.diaodu.fail = function () { show('fault'); };
  document.getElementById('fault-reload').onclick = function () { location.reload(); };

  var chromium = /(?:Chrome|Chromium)\/(\d+)/.exec(navigator.userAgent);
  var able = typeof WebAssembly === 'object' && typeof Promise === 'function' && typeof Promise.allSettled === 'function'
    && typeof indexedDB === 'object' && 'noModule' in tag;
  if (!able || (chromium && Number(chromium[1]) < 80)) {
    show('old');
    return;
  }
  window.addEventListener('error', function (event) {
    if (event.error instanceof WebAssembly.RuntimeError) show('fault');
  });
  window.addEventListener('unhandledrejection', function (event) {
    if (event.reason instanceof WebAssembly.RuntimeError) show('fault');
  });
  var boot = document.createElement('script');
  boot.type = 'module';
  boot.src = '/boot.js';
  boot.onerror = function () { show('fault'); };
  document.body.appendChild(boot);
}());
