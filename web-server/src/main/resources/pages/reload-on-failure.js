// Reloads the page once the server responds, if the modules do not load. This script is not a module, so that it runs
// without them. A page sets `data-ready` on <html> once its modules run.
(() => {
  const READY_TIMEOUT = 15_000;
  const RETRY_DELAY = 3_000;

  const isReady = () => 'ready' in document.documentElement.dataset;

  const reloadWhenServed = async () => {
    if (isReady()) return;
    try {
      const response = await fetch(location.pathname, { cache: 'no-store' });
      if (response.ok) {
        location.reload();
        return;
      }
    } catch {
      // The next attempt follows.
    }
    setTimeout(reloadWhenServed, RETRY_DELAY * (1 + Math.random()));
  };

  // The first covers a script that fails to load, the second a page that does not become ready.
  addEventListener('error', ({ target }) => target?.tagName === 'SCRIPT' && setTimeout(reloadWhenServed, RETRY_DELAY), true);
  setTimeout(reloadWhenServed, READY_TIMEOUT);
})();
