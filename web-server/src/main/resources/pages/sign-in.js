// Waits until the platform has issued a token, and says meanwhile what it did not do.

import { claimsOf, token, tokenProblems } from './access.js';
import { onLanguage } from './i18n.js';

const RETRY_DELAY = 3_000;
const RETRIED_PROBLEMS = ['TOKEN_URL_FAILED', 'PARENT_SILENT'];
const MAX_NAME_LENGTH = 64;

/**
 * Returns the claims of the first acceptable token.
 *
 * @param accepts whether the page is for these claims
 * @param again the button that requests a token again
 * @param show is called after each other attempt, and when the language changes, with { found: the claims or null, problems: as of
 *     {@link tokenProblems}, soon: whether the next attempt follows by itself, canRetry: whether another one may help }
 */
export async function signIn(accepts, again, show) {
  let attempt = null;
  onLanguage(() => attempt && show(attempt));
  for (;;) {
    const found = await token().then(claimsOf, () => null);
    if (found && accepts(found)) {
      attempt = null;
      return found;
    }
    const problems = found ? [] : tokenProblems();
    const soon = retriedLater(problems);
    attempt = { found, problems, soon, canRetry: !found && !problems.includes('NO_TOKEN_SOURCE') };
    show(attempt);
    await retryTrigger(again, soon);
  }
}

/** Whether another request for a token may succeed without the user. @param problems as of {@link tokenProblems} */
function retriedLater(problems) {
  return problems.some((problem) => RETRIED_PROBLEMS.includes(problem));
}

/**
 * A token for mobile-sync.js, which retries later if this throws.
 *
 * @throws Error if there is none now, but another request may succeed
 */
export async function tokenOrRetry(options) {
  const found = await token(options);
  if (!found && retriedLater(tokenProblems())) throw new Error(tokenProblems().join());
  return found;
}

/** Resolves on a click or a visibility change, and if `soon` after RETRY_DELAY. */
async function retryTrigger(again, soon) {
  const listeners = new AbortController();
  await new Promise((resolve) => {
    again.addEventListener('click', resolve, { signal: listeners.signal });
    document.addEventListener('visibilitychange', resolve, { signal: listeners.signal });
    if (soon) setTimeout(resolve, RETRY_DELAY);
  });
  listeners.abort();
}

/** Shows problems as the items of a list, which is hidden without any. */
export function listProblems(list, problems, t) {
  list.hidden = problems.length === 0;
  list.replaceChildren(...problems.map((code) => Object.assign(document.createElement('li'), { textContent: t('problem', { text: t(code), code }) })));
}

/** Shows for whom the page is open, because the next person at the same desk must notice a wrong one: name and id. */
export function showIdentity(element, id, name) {
  element.textContent = typeof name === 'string' && name.trim() ? `${name.trim().slice(0, MAX_NAME_LENGTH)} · ${id}` : id;
  element.hidden = false;
}
