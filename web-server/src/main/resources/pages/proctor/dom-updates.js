// Draws no more often, and changes no more of the page, than necessary.

/**
 * Returns a function that requests a call of draw() in the next animation frame, but at least `interval` ms after the frame
 * of the previous call. Requests until then are served by the same call.
 */
export function throttled(draw, interval) {
  let isRequested = false;
  let last = -Infinity;
  const requestFrame = () => requestAnimationFrame((now) => {
    isRequested = false;
    last = now;
    draw();
  });
  return () => {
    if (isRequested) return;
    isRequested = true;
    const wait = last + interval - performance.now();
    if (wait > 0) setTimeout(requestFrame, wait);
    else requestFrame();
  };
}

/** @param element contains nothing but text */
export function setText(element, text) {
  const node = element.firstChild;
  if (!node) element.textContent = text;
  else if (node.data !== text) node.data = text;
}

export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
