// Audits a page with Lighthouse.
//   node lighthouse.mjs URL mobile|desktop REPORT.html     prints {"performance": …, …} as JSON, each from 0 to 100
// CHROMIUM names the executable.
import { writeFile } from 'node:fs/promises';
import puppeteer from 'puppeteer-core';
import lighthouse, { desktopConfig } from 'lighthouse';

const [url, form, file] = process.argv.slice(2);
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  // The proxy's certificate is self-signed.
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--ignore-certificate-errors'],
});
try {
  const page = await browser.newPage();
  const { lhr, report } = await lighthouse(
    url,
    { output: 'html', onlyCategories: ['performance', 'accessibility', 'best-practices'], logLevel: 'error' },
    form === 'desktop' ? desktopConfig : undefined,
    page,
  );
  await writeFile(file, report);
  const scores = Object.fromEntries(
    Object.entries(lhr.categories).map(([name, category]) => [name, Math.round(100 * category.score)]),
  );
  const failed = Object.values(lhr.audits)
    .filter(audit => audit.score !== null && audit.score < 0.9)
    .map(audit => `${audit.id} ${audit.displayValue ?? ''}`.trim());
  console.log(JSON.stringify({ ...scores, layoutShift: lhr.audits['cumulative-layout-shift'].numericValue, failed }));
} finally {
  await browser.close();
}
