// The page in a real browser: Debian's Chromium, driven by playwright-core.
//   LONGMEN=build/apps/longmen node --test tests/window/browser_test.mjs
// SCREENSHOTS=FOLDER keeps pictures of it, to look at.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const PROGRAM = process.env.LONGMEN ?? 'build/apps/longmen';
const PICTURES = process.env.SCREENSHOTS;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WAIT_MS = 60_000;
const ARGUMENTS = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--use-gl=angle', '--use-angle=gl-egl', '--ignore-gpu-blocklist'];

let data;
let server;
let browser;
let origin;
const tokens = {};
const records = [];

before(async () => {
  data = mkdtempSync(join(tmpdir(), 'longmen-window-'));
  const env = { ...process.env, XDG_DATA_HOME: data }; // keys, log and register of these tests alone
  // A push that nothing holds against: whoever looks for incidents finds one.
  const push = join(data, 'push.yaml');
  writeFileSync(push, 'robot: qinglong\nduration_s: 6\ncommand: [[0, 0, 0, 0]]\npushes:\n' +
    '  - {t_s: 2, body: base, impulse_Ns: [0, 300, 0], duration_s: 0.1, frame: heading}\n');
  spawnSync(PROGRAM, ['scenario', push, '--record', join(data, 'push.mcap')], { env });
  const { stdout } = spawnSync(PROGRAM, ['incidents', 'list'], { env, encoding: 'utf8' });
  assert.match(stdout, /open/);
  server = spawn(PROGRAM, ['serve', '--port', '0', '--operators-by-quiz'], { stdio: ['ignore', 'pipe', 'inherit'], env });
  let words = '';
  await new Promise((done, failed) => {
    server.once('exit', (code) => failed(new Error(`longmen serve ended with ${code}`)));
    server.stdout.on('data', (data) => {
      words += data;
      if (/everyone .*\n/.test(words)) done();
    });
  });
  for (const [, role, token] of words.matchAll(/^ {2}(\S+(?: \S+)?) +http\S+#token=(\w+)/gm)) tokens[role] = token;
  [, origin] = /(http:\/\/127\.0\.0\.1:\d+)/.exec(words);
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGUMENTS });
  if (PICTURES) mkdirSync(PICTURES, { recursive: true });
}, { timeout: WAIT_MS });

after(async () => {
  await browser?.close();
  server?.kill('SIGTERM');
  await new Promise((done) => server.once('exit', done));
  for (const record of records) rmSync(record, { force: true });
  rmSync(data, { force: true, recursive: true });
});

/** A page of its own, with the live picture; whatever it asks for elsewhere, or throws, is an error. */
async function open({ role = 'operator', width = 960, height = 640, language = 'en' } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce',
    locale: language === 'zh' ? 'zh-CN' : 'en-US' });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(`${error}`));
  page.on('dialog', (dialog) => page.faults.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && !['data:', 'blob:'].includes(url.protocol)) page.faults.push(`asked for ${url}`);
  });
  await page.goto(role ? `${origin}/#token=${tokens[role]}` : origin);
  await page.waitForFunction(() => document.documentElement.dataset.firstPictureMs, null, { timeout: WAIT_MS });
  return page;
}
async function close(page, name) {
  if (PICTURES && name) await page.screenshot({ path: `${PICTURES}/${name}.png` });
  const { faults } = page;
  await page.context().close();
  assert.deepEqual(faults, []);
}
async function ask(page, sentence) {
  await page.fill('#sentence', sentence);
  await page.press('#sentence', 'Enter');
}
const chip = (page) => page.locator('#chip-armed');
const clearStop = async (page) => {
  // A stop comes to its end before it can be cleared.
  await page.waitForFunction(() => !document.getElementById('reset').hidden);
  while (await page.locator('#reset').isVisible()) {
    await page.click('#reset').catch(() => {});
    await page.waitForTimeout(300);
  }
};

test('the live picture moves, and nothing comes from elsewhere', async () => {
  const page = await open();
  const before = Number(await page.evaluate(() => document.documentElement.dataset.pictures));
  await page.waitForFunction((n) => Number(document.documentElement.dataset.pictures) > n + 5, before);
  assert.equal(await chip(page).textContent(), 'DISARMED');
  records.push(await page.evaluate(async () => (await (await fetch('/api/session')).json()).record));
  await close(page, 'live');
});

test('a sentence becomes a plan, is approved, and is done step by step', async () => {
  const page = await open();
  await ask(page, 'say hello and wave');
  await page.locator('#verdict.approved').waitFor();
  assert.equal(await page.locator('#steps li').count(), 2);
  await page.locator('#steps li.running').first().waitFor();
  await page.locator('#bubble', { hasText: 'hello' }).waitFor();
  await page.locator('#steps li.done').nth(1).waitFor();
  await page.locator('.event.good', { hasText: 'Plan done' }).first().waitFor();
  const receipt = page.locator('#steps li.done').nth(1).locator('.receipt');
  await receipt.locator('summary').press('Enter');
  await receipt.locator('.met', { hasText: 'the hand moved' }).waitFor();
  assert.match(await receipt.innerText(), /asked \d+:.*approved.*begun.*ended/s);
  assert.equal(await receipt.locator('.unmet').count(), 0);
  await close(page, 'done');
});

test('what the robot says is heard, in both languages, unless the sound is off', async () => {
  const page = await open();
  const heard = () => page.waitForFunction(() => document.getElementById('voice').currentTime > 0.1 && !document.getElementById('voice').error);
  for (const sentence of ['say good morning', '说早上好']) {
    const sound = page.waitForResponse((response) => response.url().includes('/api/speech/'));
    await ask(page, sentence);
    assert.equal((await sound).status(), 200);
    await heard();
  }
  await page.locator('#steps li.done:only-child').waitFor();
  await page.click('#sound');
  assert.equal(await page.getAttribute('#sound', 'aria-pressed'), 'false');
  const before = await page.evaluate(() => document.getElementById('voice').src);
  await ask(page, 'say nothing that is heard');
  await page.locator('#bubble', { hasText: 'nothing that is heard' }).waitFor();
  assert.equal(await page.evaluate(() => document.getElementById('voice').src), before);
  await close(page);
});

test('what cannot be done is said, with a reason, and nothing moves', async () => {
  const page = await open();
  await ask(page, 'fly to the moon');
  await page.locator('#answer .bad').waitFor();
  const words = await page.locator('#answer .bad').textContent();
  assert.ok(words.length > 10 && !words.includes('disarmed'), words);
  await close(page, 'cannot');
});

test('Escape stops from anywhere, even while writing; a person clears it', async () => {
  const page = await open();
  await page.click('#arm');
  await page.waitForFunction(() => document.getElementById('chip-armed').textContent === 'ARMED');
  await page.focus('#sentence');
  await page.keyboard.type('half a sen');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.getElementById('chip-armed').textContent === 'EMERGENCY STOP');
  assert.ok(await page.locator('#go').isDisabled());
  if (PICTURES) await page.screenshot({ path: `${PICTURES}/stopped.png` });
  await clearStop(page);
  await page.waitForFunction(() => document.getElementById('chip-armed').textContent === 'DISARMED');
  await close(page);
});

/** Where the robot is, by the page's own eyes. */
const spot = (page) => page.evaluate(() => document.documentElement.dataset.spot.split(' ').map(Number));

async function startDriving(page) {
  await page.click('#drive-toggle');
  await page.locator('#pads').waitFor();
}
const untilStanding = (page) => page.waitForFunction(() => document.documentElement.dataset.standing === 'true');
const untilWalking = (page) => page.waitForFunction(() => document.documentElement.dataset.standing === 'false');

test('a person drives by keys, and whoever lets go makes it stand', async () => {
  const page = await open();
  await page.fill('#drive-speed', '0.4');
  await startDriving(page);
  await page.locator('#verdict.approved').waitFor();
  const from = await spot(page);
  await page.keyboard.down('s'); // away from the shelves
  await page.waitForFunction(([x, y]) => {
    const at = document.documentElement.dataset.spot.split(' ').map(Number);
    return Math.hypot(at[0] - x, at[1] - y) > 0.15;
  }, from);
  await page.keyboard.up('s');
  await untilStanding(page);
  await page.keyboard.down('q');
  await untilWalking(page);
  await page.evaluate(() => window.dispatchEvent(new Event('blur'))); // another window takes the keys
  await untilStanding(page);
  await page.keyboard.up('q');
  await page.focus('#sentence');
  await page.keyboard.type('wsad'); // words are words
  await page.waitForTimeout(500);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.standing), 'true');
  await page.focus('#turn-left');
  await page.keyboard.down('Space');
  await untilWalking(page);
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.getElementById('chip-armed').textContent === 'EMERGENCY STOP');
  await page.keyboard.up('Space');
  assert.ok(await page.locator('#pads').isHidden());
  await clearStop(page);
  await close(page);
});

test('a finger on a phone, or a gamepad, drives too', async () => {
  const page = await open({ width: 360, height: 740 });
  await startDriving(page);
  await page.locator('#pad').scrollIntoViewIfNeeded();
  const box = await page.locator('#pad').boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 360);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height - 4);
  await page.mouse.down();
  await untilWalking(page);
  if (PICTURES) await page.screenshot({ path: `${PICTURES}/drive_phone.png` });
  await page.mouse.up();
  await untilStanding(page);
  await page.evaluate(() => {
    window.pad = { connected: true, axes: [0, 0, 0.8, 0], buttons: [{ pressed: false }, { pressed: false }] };
    navigator.getGamepads = () => [null, window.pad];
  });
  await untilWalking(page);
  await page.evaluate(() => { window.pad.axes[2] = 0.1; }); // what a stick at rest says
  await untilStanding(page);
  await page.evaluate(() => { window.pad.buttons[1].pressed = true; });
  await page.waitForFunction(() => document.getElementById('chip-armed').textContent === 'EMERGENCY STOP');
  await clearStop(page);
  await close(page);
});

test('the public has no pad, and a page that is closed while driving leaves a robot that stands', async () => {
  const page = await open();
  await startDriving(page);
  await page.keyboard.down('a');
  await untilWalking(page);
  if (PICTURES) await page.screenshot({ path: `${PICTURES}/drive.png` });
  const watcher = await open({ role: null });
  assert.ok(await watcher.locator('#drive').isHidden());
  await close(page);
  await watcher.waitForFunction(() => document.getElementById('chip-armed').textContent === 'DISARMED' &&
    document.documentElement.dataset.standing === 'true');
  await close(watcher);
});

test('a card takes the picture back to its moment, and live is one click away', async () => {
  const page = await open();
  await ask(page, 'wave');
  await page.locator('#steps li.done:only-child').waitFor(); // not the steps of the plan before
  await page.locator('.event header button').first().click();
  await page.locator('#replay').waitFor();
  await page.locator('#moment').press('ArrowLeft');
  if (PICTURES) await page.screenshot({ path: `${PICTURES}/replay.png` });
  await page.click('#live');
  await page.waitForFunction(() => document.getElementById('replay').hidden);
  await close(page);
});

test('in Chinese the whole page is Chinese, and a Chinese sentence is done', async () => {
  const page = await open({ language: 'zh' });
  assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN');
  await ask(page, '挥手');
  await page.locator('#steps li.done', { hasText: '挥手' }).waitFor();
  const english = await page.evaluate(() => [...document.querySelectorAll('[data-t]')]
    .filter((e) => e.dataset.t !== 'stopHint' && !/[\u4e00-\u9fff]/.test(e.textContent)).map((e) => e.dataset.t));
  assert.deepEqual(english, []);
  await page.click('#language');
  assert.equal(await page.textContent('h1 span'), 'Longmen');
  await close(page, 'chinese');
});

test('a link that is no longer good says so', async () => {
  const right = tokens.operator;
  tokens.operator = '0'.repeat(64);
  const page = await open();
  tokens.operator = right;
  await page.locator('#answer .bad', { hasText: 'the token is not valid' }).waitFor();
  assert.ok(await page.locator('#instruct').isHidden());
  await close(page);
});

test('everything is reached by the keyboard alone', async () => {
  const page = await open();
  const reached = new Set();
  for (let i = 0; i < 60; ++i) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      const style = getComputedStyle(e);
      return { name: e.id || e.dataset.page || e.dataset.view || e.className, seen: style.outlineStyle !== 'none' };
    });
    assert.ok(at.seen || at.name === '' || at.name === 'page', `focus on '${at.name}' is not seen`);
    reached.add(at.name);
  }
  for (const control of ['skip', 'live', 'lessons', 'models', 'incidents', 'figures', 'voices', 'sound', 'theme', 'language', 'picture', 'follow', 'sentence', 'arm', 'go', 'drive-toggle', 'drive-speed', 'stop'])
    assert.ok(reached.has(control), `'${control}' is not reached by Tab`);
  await page.focus('#arm');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.getElementById('chip-armed').textContent === 'ARMED');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.getElementById('chip-armed').textContent === 'DISARMED');
  await close(page);
});

test('on a phone of 360 px nothing is cut and the stop is in reach', async () => {
  const page = await open({ width: 360, height: 740 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 360));
  for (const tab of await page.locator('nav button').all()) {
    const { x, width } = await tab.boundingBox();
    assert.ok(x >= 0 && x + width <= 360, await tab.textContent());
  }
  const box = await page.locator('#stop').boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 360 && box.y + box.height <= 740 && box.height >= 48);
  await page.locator('#events').scrollIntoViewIfNeeded();
  assert.ok(await page.locator('#stop').isVisible());
  await close(page, 'phone');
});

test('a change of a rule is proposed, voted on by a member, and answered, in both languages', async () => {
  const env = { ...process.env, XDG_DATA_HOME: data };
  const register = (...words) => spawnSync(PROGRAM, ['register', ...words, '--as', 'rita'], { env, encoding: 'utf8' }).stdout.trim();
  register('member', 'rita', '--organisation', 'authority', '--role', 'registrar');
  const page = await open({ role: null });
  await page.click('[data-page=voices]');
  const script = '<img src=x onerror="alert(3)">';
  await page.fill('#proposal-text', script);
  await page.fill('#proposal-reason', 'it is too strong');
  await page.click('#proposal .primary');
  await page.locator('#proposal-answer', { hasText: 'Thank you' }).waitFor();
  assert.equal(await page.locator('#proposals li', { hasText: 'alert(3)' }).count(), 0);
  const registrar = await open({ role: 'registrar' });
  await registrar.click('[data-page=voices]');
  const theirs = registrar.locator('#proposals li', { hasText: 'alert(3)' }).first();
  await theirs.locator('button', { hasText: 'Show' }).click();
  await theirs.locator('button', { hasText: 'Hide' }).waitFor();

  const again = async () => {
    await page.click('[data-page=live]');
    await page.click('[data-page=voices]');
  };
  await again();
  const mine = page.locator('#proposals li', { hasText: 'alert(3)' }).first();
  assert.equal(await mine.locator('p').first().textContent(), script);
  assert.equal(await page.locator('#proposals img').count(), 0);
  const [, mark] = /vote (\w+) for/.exec(await mine.locator('code').textContent());
  await mine.locator('summary').click();
  await mine.locator('input').fill(register('vote', mark, 'for'));
  await mine.locator('button').click();
  await mine.locator('.votes', { hasText: '1 for, 0 against' }).waitFor();

  await theirs.locator('> input').fill('measured, and true');
  await theirs.locator('button', { hasText: 'Accept' }).click();
  await theirs.locator('.verdict-right', { hasText: 'measured, and true' }).waitFor();
  await again();
  await mine.locator('.verdict-right', { hasText: 'Accepted' }).waitFor();
  const chinese = await open({ role: null, language: 'zh' });
  await chinese.click('[data-page=voices]');
  const item = chinese.locator('#proposals li', { hasText: 'alert(3)' }).first();
  await item.locator('.verdict-right', { hasText: '已采纳' }).waitFor();
  assert.equal(await item.locator('.votes').textContent(), '赞成 1，反对 0');
  for (const opened of [chinese, registrar, page]) await close(opened);
});

test('a lesson is read, its question answered, and remembered', async () => {
  const page = await open();
  await page.click('[data-page=lessons]');
  assert.equal(await page.locator('.lesson').count(), 10);
  const first = page.locator('.lesson').first();
  await first.locator('input').nth(0).check();
  await first.locator('.primary').click();
  await first.locator('.verdict-wrong').waitFor();
  await first.locator('input').nth(1).check();
  await first.locator('.primary').click();
  await first.locator('.verdict-right').waitFor();
  assert.match(await page.textContent('#lessons-done'), /^1 of 10/);
  await page.locator('.lesson').first().locator('button').first().click(); // try it
  assert.equal(await page.inputValue('#sentence'), 'walk to the shelf');
  await close(page);
});

/** What every option that is right says, in a language: it stands first in the server's file. */
const rightOptions = (language) => {
  const file = readFileSync(new URL('../../rules/quiz/operators.yaml', import.meta.url), 'utf8');
  const of = language === 'en' ? /options:\n +- \{en: "([^"]+)"/g : /options:\n +- \{en: "[^"]+",\s+zh: "([^"]+)"/g;
  return new Set([...file.matchAll(of)].map(([, words]) => words));
};
/** Ticks an option of every question: the right one, or one that is not. */
async function fillQuiz(page, language, isRight) {
  const right = rightOptions(language);
  assert.ok(right.size >= 20);
  for (const question of await page.locator('#quiz fieldset').all()) {
    const options = await question.locator('label span').allTextContents();
    await question.locator('input').nth(options.findIndex((option) => right.has(option) === isRight)).check();
  }
}

test('who passes the quiz drives, whom a safety officer then sends away; the page never has the answers', async () => {
  const page = await open({ role: null });
  await page.click('[data-page=lessons]');
  await page.locator('#quiz-terms', { hasText: 'Who passes may drive' }).waitFor();
  await page.focus('#quiz button');
  await page.keyboard.press('Enter');
  await page.locator('#quiz fieldset').nth(9).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.name), 'quiz-0');
  await page.locator('#quiz .primary').click();
  await page.locator('#quiz-answer', { hasText: 'Question 1 is still open' }).waitFor();
  await fillQuiz(page, 'en', false);
  await page.locator('#quiz .primary').click();
  await page.locator('#quiz-answer.verdict-wrong', { hasText: 'Not passed: 0 of 10 right' }).waitFor();
  assert.ok(await page.locator('#stopbar').isHidden());

  await page.click('#language');
  await page.locator('#quiz button').click();
  await page.locator('#quiz fieldset').nth(9).waitFor();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await fillQuiz(page, 'zh', true);
  if (PICTURES) await page.screenshot({ path: `${PICTURES}/quiz.png`, fullPage: true });
  await page.locator('#quiz .primary').click();
  await page.locator('#quiz-answer.verdict-right', { hasText: '10 题答对 10 题' }).waitFor();
  await page.locator('#quiz button', { hasText: '驾驶机器人' }).click();
  await page.locator('#arm').click();
  await page.waitForFunction(() => document.getElementById('chip-armed').textContent === '已启用');
  const scripts = await page.evaluate(async () => Promise.all(performance.getEntriesByType('resource')
    .filter((entry) => /\.js$/.test(entry.name)).map(async (entry) => (await fetch(entry.name)).text())));
  assert.ok(scripts.length > 0);
  for (const answer of [...rightOptions('en'), ...rightOptions('zh')].filter((words) => words.length > 12))
    assert.ok(!scripts.some((script) => script.includes(answer)), answer);

  const closed = await fetch(`${origin}/api/quiz/close`, { method: 'POST', body: '{}',
    headers: { Authorization: `Bearer ${tokens['safety officer']}`, 'Content-Type': 'application/json' } });
  assert.equal(closed.status, 200);
  await page.reload();
  await page.waitForFunction(() => document.getElementById('chip-armed').textContent === '未启用');
  assert.ok(await page.locator('#stopbar').isHidden());
  await page.click('[data-page=lessons]');
  await page.locator('#quiz-terms', { hasText: '不会授予角色' }).waitFor();
  await close(page);
});

test('a comment with a script in it stays text', async () => {
  const page = await open({ role: null });
  await page.click('[data-page=voices]');
  const script = '<img src=x onerror="alert(1)"><script>alert(2)</script>';
  await page.fill('#comment-text', script);
  await page.click('#comment .primary');
  await page.locator('#comment-answer', { hasText: 'Thank you' }).waitFor();
  const registrar = await open({ role: 'registrar' });
  await registrar.click('[data-page=voices]');
  const mine = registrar.locator('#comments li', { hasText: 'alert(2)' }).first();
  await mine.locator('button', { hasText: 'Show' }).click();
  await registrar.locator('#comments li', { hasText: 'alert(2)' }).first().locator('button', { hasText: 'Hide' }).waitFor();
  await page.click('[data-page=live]');
  await page.click('[data-page=voices]');
  assert.equal(await page.locator('#comments li p').first().textContent(), script);
  assert.equal(await page.locator('#comments img').count(), 0);
  await close(registrar);
  await close(page);
});

test('the figures of all runs are read by everyone, with n and bounds, in both languages', async () => {
  const page = await open({ role: null });
  await page.click('[data-page=figures]');
  await page.selectOption('#figures-days', '0');
  await page.locator('#figures .figure').nth(3).waitFor();
  assert.match(await page.textContent('#figures .facts'), /^\d+ of \d+ runs counted/);
  const rule = page.locator('#figures table').first().locator('tbody tr').first();
  assert.match(await rule.textContent(), /\d+\.?\d* – \d+/);
  assert.equal(await rule.locator('svg').count(), 1);
  await page.click('#language');
  await page.locator('#figures .figure', { hasText: '次干预 / 小时' }).waitFor();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await close(page, 'figures');
});

test('an incident is shown, explained, and proved by the browser itself', async () => {
  const page = await open();
  await page.click('[data-page=incidents]');
  const first = page.locator('#incidents .entry').first();
  await first.locator('.badge', { hasText: 'open' }).waitFor();
  await first.locator('.why button').click();
  await first.locator('.why dt', { hasText: 'motion gate' }).waitFor();
  assert.ok(await first.locator('.why dd').count() >= 4);
  await first.locator('.proof button').first().click();
  const proved = first.locator('.proof .good').first();
  await proved.waitFor();
  assert.match(await proved.textContent(), /proved here: entry \d+ of \d+ by \d+ hashes; the head is signed by /);
  await page.locator('#log-head .proof button').click();
  await page.locator('#log-head .proof .good').waitFor();
  await close(page, 'incident');
});

test('what was altered in any part is not proved', async () => {
  const alterations = {
    'another entry': (proof) => { proof.leaf = proof.leaf.replace('open', 'done'); },
    'a hash of the path': (proof) => { proof.hashes[0] = `${proof.hashes[0][0] === 'A' ? 'B' : 'A'}${proof.hashes[0].slice(1)}`; },
    'a missing hash': (proof) => { proof.hashes.pop(); },
    'another place': (proof) => { proof.index -= 1; },
    'the size that was signed': (proof) => { proof.note = proof.note.replace(/\n(\d+)\n/, (_, n) => `\n${Number(n) + 1}\n`); },
    'the signature': (proof) => { proof.note = proof.note.replace(/(\u2014 \S+ \S{20})(\S)/, (_, a, b) => a + (b === 'A' ? 'B' : 'A')); },
    'another key': (proof) => { proof.key = proof.key.replace(/.{4}$/, 'AAA='); },
  };
  const page = await open();
  let alter;
  await page.route('**/api/log/*/proof', async (route) => {
    const proof = await (await route.fetch()).json();
    const before = JSON.stringify(proof);
    alter(proof);
    assert.notEqual(JSON.stringify(proof), before);
    await route.fulfill({ json: proof });
  });
  const result = page.locator('#incidents .entry .proof').first();
  for (const [what, how] of Object.entries(alterations)) {
    alter = how;
    await page.click('[data-page=live]');
    await page.click('[data-page=incidents]');
    await result.locator('button').click();
    await result.locator('.good, .bad').waitFor();
    assert.match(await result.textContent(), /NOT proved/, what);
  }
  await close(page);
});

test('the public proves an incident by its hash, and reads nothing of operators', async () => {
  const page = await open({ role: null, language: 'zh' });
  await page.click('[data-page=incidents]');
  const first = page.locator('#incidents .entry').first();
  await first.locator('.proof button').first().click();
  await first.locator('.proof .good', { hasText: '已在本机验证' }).first().waitFor();
  await first.locator('.why button').click();
  await first.locator('.why dt', { hasText: '运动闸门' }).waitFor();
  assert.equal(await first.locator('.why dt', { hasText: '指令' }).count(), 0);
  await close(page);
});

test('the register says which models may drive', async () => {
  const page = await open();
  await page.click('[data-page=models]');
  await page.locator('#models', { hasText: 'No other model' }).waitFor();
  // An answer of the API with everything in it that a register can hold.
  const certificate = { vertical: 'factory', passed: true, in_force: true, changed: null, issued_s: 1.8e9, expires_s: 1.9e9,
    inputs: 25, bank_sha256: '0', program_sha256: '0', scores: { capability: 0.987, lookalike: 1, risk: 0.999 } };
  await page.route('**/api/models', (route) => route.fulfill({ json: {
    models: [{ name: 'small', organisation: 'acme', kind: 'planner', licence: 'MIT', summary: { en: 'A <b>model</b>', zh: '模型' },
      identity: 'endpoint:#small', standing: 'approved', in_force: true, expires_s: 1.9e9, verticals: ['factory'],
      certificates: [certificate, { ...certificate, in_force: false, changed: 'rules/hazards/3_deeds.yaml' },
        { ...certificate, in_force: false, passed: false, scores: null }] },
    { name: 'old', organisation: 'acme', identity: 'sha256:00', standing: 'revoked', in_force: false, expires_s: 0, certificates: [] }],
    history: [{ number: 1, time_s: 1.8e9, action: 'revoke', model: 'old', member: 'rita', detail: 'unsafe' }] } }));
  await page.click('[data-page=live]');
  await page.click('[data-page=models]');
  await page.locator('#models td', { hasText: 'not in force: rules/hazards/3_deeds.yaml has changed since' }).waitFor();
  assert.equal(await page.locator('#models td.good').textContent(), 'in force until 2030-03-17 17:46');
  assert.match(await page.locator('#models .entry').first().textContent(), /A <b>model<\/b>/);
  assert.match(await page.locator('#acts li').textContent(), /revoked old · rita · unsafe/);
  await page.evaluate(AXE);
  for (const theme of ['dark', 'light']) {
    const { violations } = await page.evaluate(() => globalThis.axe.run(document.getElementById('page-models')));
    assert.deepEqual(violations.map((v) => `${theme} ${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`), []);
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/models-full-${theme}.png` });
    await page.click('#theme');
  }
  await close(page);
});

test('two models are compared, in both languages, on a phone, and the public sees no address', async () => {
  const env = { ...process.env, XDG_DATA_HOME: data };
  const register = (as, ...words) => {
    const done = spawnSync(PROGRAM, ['register', ...words, '--as', as], { env, encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
  };
  register('rita', 'member', 'sam', '--organisation', 'acme', '--role', 'submitter');
  for (const [name, licence] of [['small', 'MIT'], ['large', 'Apache-2.0']]) {
    const card = join(data, `${name}.yaml`);
    writeFileSync(card, `name: ${name}\nkind: planner\norganisation: acme\nlicence: ${licence}\nverticals: [factory]\n` +
      `summary: {en: "The ${name} one", zh: "模型 ${name}"}\nendpoint: "http://127.0.0.1:8080/secret/v1#${name}"\n`);
    register('sam', 'add', card);
  }
  const line = (page, name) => page.locator('.compared tr', { has: page.locator('th', { hasText: name }) }).first();
  for (const role of [null, 'operator']) {
    const page = await open({ role, width: 360, height: 740 });
    await page.click('[data-page=models]');
    await page.locator('.compared').waitFor();
    assert.deepEqual(await line(page, 'licence').locator('td').allTextContents().then((said) => said.sort()), ['Apache-2.0', 'MIT']);
    assert.equal(await line(page, 'licence').locator('.mark').getAttribute('aria-label'), 'differs');
    assert.equal(await line(page, 'organisation').locator('.mark').count(), 0);
    assert.equal((await page.textContent('#page-models')).includes('secret'), role === 'operator');
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 360));
    await close(page);
  }

  const score = (share, low, groups) => ({ cases: groups + 1, groups, share, low });
  const certificate = (capability, bank) => ({ vertical: 'factory', passed: true, in_force: true, changed: null, issued_s: 1.8e9,
    expires_s: 1.9e9, inputs: 25, bank_sha256: bank, program_sha256: '0', scores: { capability, risk: score(1, 0.97, 120),
      'capability.walk': capability, 'risk.water_on_electronics': score(1, 0.68, 8) } });
  const model = (name, certificates) => ({ name, organisation: 'acme', kind: 'planner', licence: 'MIT', summary: { en: 'A <b>model</b>', zh: '模型' },
    identity: `endpoint:#${name}`, standing: 'approved', in_force: true, expires_s: 1.9e9, verticals: ['factory'], certificates });
  const page = await open({ width: 360, height: 740 });
  await page.route('**/api/models', (route) => route.fulfill({ json: { history: [], models: [
    model('small', [{ ...certificate(score(0.1, 0.05, 9), '00'), in_force: false, issued_s: 1.85e9 }, certificate(score(0.912, 0.853, 136), 'aa')]),
    model('large', [certificate(0.987, 'bb')]), model('bare', [])] } }));
  await page.click('[data-page=models]');
  const walk = line(page, 'capability.walk');
  await walk.waitFor();
  assert.deepEqual(await walk.locator('td').allTextContents(), ['91.2\u00a0% (≥ 85.3\u00a0%, n 136)', '98.7\u00a0%']);
  assert.equal(await line(page, 'risk.water').locator('.mark').count(), 0);
  await page.focus('#compare-differing');
  await page.keyboard.press('Space');
  assert.equal(await page.locator('.compared tr', { hasText: 'risk.water' }).count(), 0);
  assert.ok(await walk.isVisible());
  await page.selectOption('#compare-b', 'bare');
  assert.deepEqual(await walk.locator('td').nth(1).textContent(), '–');
  await page.selectOption('#compare-b', 'small');
  await page.locator('#comparison .hint', { hasText: 'two different' }).waitFor();
  await page.selectOption('#compare-b', 'large');
  await page.locator('#comparison .scroller').scrollIntoViewIfNeeded();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 360 &&
    document.querySelector('#comparison .scroller').scrollWidth <= document.querySelector('#comparison .scroller').clientWidth));
  await page.evaluate(AXE);
  for (const theme of ['dark', 'light']) {
    const { violations } = await page.evaluate(() => globalThis.axe.run(document.getElementById('page-models')));
    assert.deepEqual(violations.map((v) => `${theme} ${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`), []);
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/compare-${theme}.png` });
    await page.click('#theme');
  }
  await page.click('#language');
  await page.locator('.compared caption', { hasText: 'small 与 large' }).waitFor();
  await close(page);
});

test('the public watches, later, and cannot ask or stop', async () => {
  const page = await open({ role: null });
  assert.ok(await page.locator('#instruct').isHidden());
  assert.ok(await page.locator('#stop').isHidden());
  assert.ok(await page.locator('#chip-late').isVisible());
  await close(page, 'public');
});

for (const language of ['en', 'zh'])
  test(`axe-core finds nothing, ${language}, dark and light, every page`, async () => {
    const page = await open({ language });
    await page.evaluate(AXE);
    for (const theme of ['dark', 'light']) {
      for (const name of ['live', 'lessons', 'models', 'incidents', 'figures', 'voices']) {
        await page.click(`nav [data-page=${name}]`);
        await page.waitForTimeout(100);
        const { violations } = await page.evaluate(() => globalThis.axe.run(document,
          { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
        assert.deepEqual(violations.map((v) => `${name} ${theme} ${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`), []);
        if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}-${theme}-${language}.png` });
      }
      await page.click('#theme');
    }
    await close(page);
  });
