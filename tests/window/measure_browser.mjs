// Figures of the page in a real browser: how soon it moves, how soon a stop is a card.
//   LONGMEN=build/apps/longmen node tests/window/measure_browser.mjs [STARTS] [STOPS]
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const PROGRAM = process.env.LONGMEN ?? 'build/apps/longmen';
const [STARTS, STOPS] = [Number(process.argv[2] ?? 10), Number(process.argv[3] ?? 100)];
const ARGUMENTS = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--use-gl=angle', '--use-angle=gl-egl', '--ignore-gpu-blocklist'];

const data = mkdtempSync(join(tmpdir(), 'longmen-measure-'));
const summary = (values, unit) => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]);
  return { n: sorted.length, [`median_${unit}`]: at(0.5), [`p99_${unit}`]: at(0.99), [`max_${unit}`]: at(1) };
};

/** `longmen serve`, its operator's link, and the time from its start to that link. */
async function serve() {
  const begin = performance.now();
  const child = spawn(PROGRAM, ['serve', '--port', '0'], { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, XDG_DATA_HOME: data } });
  let words = '';
  const link = await new Promise((done, failed) => {
    child.once('exit', (code) => failed(new Error(`longmen serve ended with ${code}`)));
    child.stdout.on('data', (more) => {
      words += more;
      if (/everyone .*\n/.test(words)) done(/operator +(http\S+)/.exec(words)[1]);
    });
  });
  const end = async () => {
    child.removeAllListeners('exit');
    child.kill('SIGTERM');
    await new Promise((done) => child.once('exit', done));
  };
  return { link, end, begin, link_ms: performance.now() - begin };
}

/** Opens the page; from the navigation to the second picture, which is the first that moved. */
async function open(browser, link) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: 'en-US' })).newPage();
  let bytes = 0;
  page.on('requestfinished', async (request) => {
    const sizes = await request.sizes().catch(() => null);
    if (sizes && /\.(js|css|svg)$|\/$/.test(new URL(request.url()).pathname)) bytes += sizes.responseBodySize;
  });
  await page.addInitScript(() => {
    const Plain = window.Worker; // it has the page's socket
    window.Worker = class extends Plain {
      constructor(...all) {
        super(...all);
        this.addEventListener('message', ({ data }) => { if (data.text) window.onWords?.(data.text); });
      }
    };
  });
  await page.goto(link);
  await page.waitForFunction(() => Number(document.documentElement.dataset.pictures) >= 2, null, { polling: 'raf', timeout: 60_000 });
  return { page, moved_ms: await page.evaluate(() => performance.now()), bytes: () => bytes };
}

/** From the Escape key to the robot's own event of it, which leaves after the torques have changed, and to its card. */
async function stop(page) {
  const took = page.evaluate(() => new Promise((done) => {
    let begin = 0;
    let event_ms = 0;
    const list = document.getElementById('events');
    window.addEventListener('keydown', () => { begin = performance.now(); }, { capture: true, once: true });
    window.onWords = (text) => {
      if (begin === 0 || event_ms !== 0) return;
      const event = JSON.parse(text);
      if (event.kind === 'arming' && event.detail === 3) event_ms = performance.now() - begin;
    };
    const observer = new MutationObserver(() => {
      if (begin === 0 || !/Emergency stop/.test(list.firstElementChild?.textContent ?? '')) return;
      observer.disconnect();
      requestAnimationFrame(() => done({ event_ms, card_ms: performance.now() - begin })); // drawn
    });
    observer.observe(list, { childList: true });
  }));
  await page.waitForTimeout(50);
  await page.keyboard.press('Escape');
  const times = await took;
  await page.locator('#reset').waitFor();
  while (await page.locator('#reset').isVisible()) {
    await page.click('#reset').catch(() => {});
    await page.waitForTimeout(200);
  }
  return times;
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGUMENTS });
const [links, moved, fromStart, movedAgain, stops] = [[], [], [], [], []];
let bytes = 0;
const load = loadavg();
for (let i = 0; i < STARTS; ++i) {
  const { link, end, begin, link_ms } = await serve();
  const opened = await open(browser, link);
  links.push(link_ms);
  moved.push(opened.moved_ms);
  fromStart.push(performance.now() - begin);
  bytes = opened.bytes();
  await opened.page.context().close();
  const again = await open(browser, link); // the robot is there
  movedAgain.push(again.moved_ms);
  if (i === STARTS - 1)
    for (let k = 0; k < STOPS; ++k) stops.push(await stop(again.page));
  await again.page.context().close();
  await end();
}
await browser.close();
rmSync(data, { recursive: true, force: true });
console.log(JSON.stringify({ load_average: [load, loadavg()], start_to_link: summary(links, 'ms'),
  page_opened_to_moving_picture: summary(moved, 'ms'), page_opened_again: summary(movedAgain, 'ms'), start_to_moving_picture: summary(fromStart, 'ms'),
  page_kB: Math.round(bytes / 1000), escape_to_event: summary(stops.map((s) => s.event_ms), 'ms'),
  escape_to_card: summary(stops.map((s) => s.card_ms), 'ms') }, null, 2));
