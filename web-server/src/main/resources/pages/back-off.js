const FIRST_DELAY = 500;
const MAX_DELAY = 20_000;

/** A random delay in ms. Its bound doubles with each failure, so that many browsers do not return at once. */
export function backOff(failures, random = Math.random) {
  const bound = Math.min(MAX_DELAY, FIRST_DELAY * 2 ** Math.min(failures, 10));
  return Math.round(bound * (0.2 + 0.8 * random()));
}
