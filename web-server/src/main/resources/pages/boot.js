// Not a module, so that it runs where the modules cannot be had: loads the page again once the server answers. A page says
// with `data-ready` on <html> that its modules are there.
(() => {
  const PATIENCE = 15_000;
  const PAUSE = 3_000;

  const ready = () => 'ready' in document.documentElement.dataset;

  const loadAgain = async () => {
    if (ready()) return;
    try {
      const answer = await fetch(location.pathname, { cache: 'no-store' });
      if (answer.ok) {
        location.reload();
        return;
      }
    } catch {
      // not yet
    }
    setTimeout(loadAgain, PAUSE * (1 + Math.random()));
  };

  // Once for a file that could not be loaded, once for a page that does not get anywhere.
  addEventListener('error', ({ target }) => target?.tagName === 'SCRIPT' && setTimeout(loadAgain, PAUSE), true);
  setTimeout(loadAgain, PATIENCE);
})();
