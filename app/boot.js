// Starts the page, and its service worker where there is one (https, localhost).
const names = window.diaodu;

import(names.js)
  .then((page) => page.default({ module_or_path: names.wasm }))
  .catch((error) => {
    console.error(error);
    const isOld = error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError || error instanceof SyntaxError;
    if (isOld) {
      document.getElementById('old').hidden = false;
      document.getElementById('shell').hidden = true;
    } else {
      names.fail();
    }
  });

if (window.isSecureContext && 'serviceWorker' in navigator) {
  navigator.serviceWorker.register('/service_worker.js').catch((error) => console.error(error));
}
