// Reloads the page once the server responds, if the modules do not load. This script is not a module, so that it runs
// without them. A page sets `data-ready` on <html> once its modules run.
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
      // The next attempt follows.
    }
    setTimeout(loadAgain, PAUSE * (1 + Math.random()));
  };

  // The first covers a script that fails to load, the second a page that does not become ready.
  addEventListener('error', ({ target }) => target?.tagName === 'SCRIPT' && setTimeout(loadAgain, PAUSE), true);
  setTimeout(loadAgain, PATIENCE);
})();
