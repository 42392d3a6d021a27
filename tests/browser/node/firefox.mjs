// Firefox over WebDriver BiDi, with a fake camera. FIREFOX names the executable.
import puppeteer from 'puppeteer-core';

/** Opens a browser of its own with one page. */
export async function open(name, width, height) {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'intl.accept_languages': 'en',
    },
  });
  const page = await browser.newPage();
  await page.setViewport({ width, height });
  return {
    name,
    go: url => page.goto(url),
    evaluate: script => page.evaluate(script),
    click: selector => page.click(selector),
    type: (selector, text) => page.type(selector, text),
    screenshot: path => page.screenshot({ path }),
    close: () => browser.close(),
  };
}
