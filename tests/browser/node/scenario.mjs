// The main scenario of one examinee in another browser than Chromium: pair, camera, timer, remote shutter, upload, retake.
//   node scenario.mjs BROWSER EXAMINEE_PAGE CAPTURE_PAGE SCREENSHOTS     BROWSER is firefox or webkit
// Prints "RETAKE" when a proctor shall order another picture. Exits with 0 after the last picture, with 75 if the browser hangs.
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';

const [browserName, examineePage, capturePage, screenshots] = process.argv.slice(2);
const TIMEOUT = 60_000;

const { open } = await import(`./${browserName}.mjs`);

/** Waits until a script returns a truthy value. */
async function until(page, what, script) {
  const end = Date.now() + TIMEOUT;
  for (;;) {
    const value = await page.evaluate(script).catch(e => {
      if (e.hangs) throw e;
      return null;
    });
    if (value) {
      return value;
    }
    if (Date.now() > end) {
      await screenshot(page, 'failure');
      throw new Error(`${page.name}: not within ${TIMEOUT / 1000} s: ${what}\n${await page.evaluate('document.body.innerText')}`);
    }
    await sleep(100);
  }
}

const visible = selector =>
  `(() => { const e = document.querySelector(${JSON.stringify(selector)}); return e !== null && !e.disabled && e.getClientRects().length > 0; })()`;
const see = (page, selector) => until(page, selector, visible(selector));
const seePhase = (page, phase) => until(page, `phase ${phase}`, `document.body.dataset.phase === '${phase}'`);

async function click(page, selector) {
  await see(page, selector);
  await page.click(selector);
}

/** Clicks, and waits until the digits of the phone's countdown were seen, which the page shows for some seconds only. */
async function clickAndCount(page, selector) {
  await phone.evaluate(`(() => {
    const digits = document.querySelector('#digits');
    window.counted = false;
    new MutationObserver(() => (window.counted ||= !digits.hidden)).observe(digits, { attributes: true });
    return true;
  })()`);
  await click(page, selector);
  await until(phone, 'the digits of the countdown', 'window.counted');
}

let pictures = 0;
async function screenshot(page, name) {
  await page.screenshot(join(screenshots, `${browserName}-${++pictures}-${page.name}-${name}.png`));
}

function step(text) {
  console.log(`${browserName}: ${text}`);
}

process.on('uncaughtException', e => {
  console.log(e);
  process.exit(e.hangs ? 75 : 1);
});

const laptop = await open('laptop', 1280, 800);
const phone = await open('phone', 420, 800);
try {
  await laptop.go(examineePage);
  const code = await until(laptop, 'a code', `/^[A-Z0-9]{4} [A-Z0-9]{4}$/.exec(document.querySelector('#code').textContent)?.[0]`);
  await screenshot(laptop, 'code');

  await phone.go(capturePage);
  await see(phone, '#code-input');
  await phone.type('#code-input', code);
  await click(phone, '#code-form button');
  await click(phone, '#instructions-start');
  step('paired');
  await see(phone, '#take');
  await see(laptop, '#take');
  await screenshot(phone, 'camera');
  step('the camera shows a preview; the laptop offers the shutter');

  await click(phone, '#camera [data-delay="3"]');
  await clickAndCount(phone, '#take');
  await screenshot(phone, 'countdown');
  await click(phone, '#send');
  await see(phone, '#another');
  await see(laptop, '#received-picture');
  await screenshot(laptop, 'received');
  step('picture taken with the timer, uploaded, shown on the laptop');

  await click(laptop, '#take-another');
  await see(phone, '#take');
  await clickAndCount(laptop, '#take');
  await until(phone, 'the picture of the remote shutter', visible('#another'));
  await click(laptop, '#use');
  await seePhase(laptop, 'completed');
  step('picture taken with the remote shutter');

  console.log('RETAKE');
  // No screenshot here: WebKitGTK does not answer it while the page does not paint.
  await see(phone, '#retake-order-start');
  await click(phone, '#retake-order-start');
  await click(phone, '#camera [data-delay="0"]');
  await click(phone, '#take');
  await click(phone, '#send');
  await see(phone, '#another');
  await click(laptop, '#use');
  await seePhase(laptop, 'completed');
  await screenshot(laptop, 'completed');
  step('picture taken again for the proctor');
} finally {
  await laptop.close();
  await phone.close();
}
