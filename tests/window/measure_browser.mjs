// Figures of the page in a real browser: how soon it moves, how soon a stop is a card.
//   LONGMEN=build/apps/longmen node tests/window/measure_browser.mjs [STARTS] [STOPS]
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
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
  await page.goto(link);
  await page.waitForFunction(() => Number(document.documentElement.dataset.pictures) >= 2, null, { polling: 'raf', timeout: 60_000 });
  return { page, moved_ms: await page.evaluate(() => performance.now()), bytes: () => bytes };
}

/** Hears what the robot says beside the page: drawing does not keep it waiting. */
async function listen(link) {
  const { host, hostname, port, hash } = new URL(link);
  const token = /token=([^&]+)/.exec(hash)[1];
  const socket = connect(Number(port), hostname);
  socket.write(`GET /ws HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  let heard = () => {};
  socket.on('data', (bytes) => { if (/"detail":3\D/.test(bytes.toString('latin1'))) heard(performance.now()); });
  return { stopped: () => new Promise((done) => { heard = done; }), end: () => socket.destroy() };
}

/** From the Escape key to the robot's own event of it, which leaves after the torques have changed, and to its card. */
async function stop(page, robot) {
  const card = page.evaluate(() => new Promise((done) => {
    const list = document.getElementById('events');
    let begin = 0;
    window.addEventListener('keydown', () => { begin = performance.now(); }, { capture: true, once: true });
    const observer = new MutationObserver(() => {
      if (begin === 0 || !/Emergency stop/.test(list.firstElementChild?.textContent ?? '')) return;
      observer.disconnect();
      requestAnimationFrame(() => done(performance.now() - begin)); // drawn
    });
    observer.observe(list, { childList: true });
  }));
  await page.waitForTimeout(50);
  const stopped = robot.stopped();
  const pressed = performance.now();
  await page.keyboard.press('Escape');
  const times = { event_ms: await stopped - pressed, card_ms: await card };
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
  if (i === STARTS - 1) {
    const robot = await listen(link);
    for (let k = 0; k < STOPS; ++k) stops.push(await stop(again.page, robot));
    robot.end();
  }
  await again.page.context().close();
  await end();
}
await browser.close();
rmSync(data, { recursive: true, force: true });
console.log(JSON.stringify({ load_average: [load, loadavg()], start_to_link: summary(links, 'ms'),
  page_opened_to_moving_picture: summary(moved, 'ms'), page_opened_again: summary(movedAgain, 'ms'), start_to_moving_picture: summary(fromStart, 'ms'),
  page_kB: Math.round(bytes / 1000), escape_to_event: summary(stops.map((s) => s.event_ms), 'ms'),
  escape_to_card: summary(stops.map((s) => s.card_ms), 'ms') }, null, 2));
