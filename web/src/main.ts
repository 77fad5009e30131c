import './style.css';
import { Charts } from './charts';
import { $, button, clock, make } from './dom';
import { DrivePanel } from './drive_panel';
import { EventsPanel } from './events_panel';
import { FiguresPage } from './figures_page';
import { GatePanel } from './gate_panel';
import { current, onLanguage, say, setLanguage, t, translate } from './i18n';
import { IncidentsPage } from './incidents_page';
import { Lessons } from './lessons';
import { ApiError, Link, type PlanStep, type RobotEvent, type Session, type Words } from './link';
import { ModelsPage } from './models_page';
import { PlanPanel } from './plan_panel';
import type { State } from './protocol';
import { Stage, type SceneDocument, type View } from './stage';
import { Timeline } from './timeline';
import { Proposals } from './proposals';
import { Quiz } from './quiz';
import { Voices } from './voices';

const EXAMPLES: Words[] = [
  { en: 'walk to the workbench and point at the shelf', zh: '走到工作台，然后指向货架' },
  { en: 'turn left 90 degrees and wave', zh: '向左转90度，然后挥手' },
  { en: 'say hello and walk to the shelf', zh: '说你好，然后走到货架' },
  { en: 'walk into the machine zone', zh: '走进机床区域' },
];
const WORDS_LOST: Words = { en: 'The robot no longer hears this page: it holds and is disarmed.', zh: '机器人收不到本页面的信号：已保持并停用。' };
const WORDS_HELD: Words = { en: 'Another page drives the robot.', zh: '另一页面正在控制机器人。' };
const WORDS_NO_ROBOT: Words = { en: 'There is no robot to arm.', zh: '没有可启用的机器人。' };
const WORDS_EMERGENCY: Words = { en: 'An emergency stop is in force: clear it first.', zh: '急停仍在生效：请先解除。' };
const ASK_AGAIN_MS = 300;
const BUBBLE_MS = 5000;
const PHONE_px = 760;

const timeline = new Timeline();
const plan = new PlanPanel();
const gate = new GatePanel();
const charts = new Charts();
const link = new Link({
  state: onState,
  event: onEvent,
  hello: (past, ready) => {
    events.reset(past);
    for (const event of past) plan.take(event);
    showRole();
    if (link.refusal) showWords(link.refusal, true);
    link.refusal = null;
    if (ready) void loadScene();
  },
  robot: (ready) => {
    timeline.clear();
    plan.reset();
    events.reset([]);
    isMine = false;
    drive.end();
    if (ready) void loadScene();
    else $('notice').textContent = t('noRobot');
  },
  cannot: (words) => showWords(words, true),
  lease: (mine, why) => {
    isMine = mine;
    if (!mine && why === 'lost') showWords(WORDS_LOST, true);
    if (!mine && why === 'held by another') showWords(WORDS_HELD, true);
    if (!mine && why === 'no robot') showWords(WORDS_NO_ROBOT, true);
    if (why === 'emergency') showWords(WORDS_EMERGENCY, true);
    // A robot that comes to a stop can be armed a moment later.
    if (why === 'stopping') window.setTimeout(() => link.takeLease(), ASK_AGAIN_MS);
    else if (!mine) waiting = null;
    if (!mine) drive.end();
    showButtons();
  },
  connected: (isConnected) => {
    isMine = false;
    drive.end();
    $('notice').textContent = isConnected ? t('noRobot') : t('connecting');
  },
});
// Asked for as soon as may be: a picture needs it, and the stage takes its time.
let atFirst: Promise<[SceneDocument, Session]> | null = link.entered.then(lookAround);
atFirst.catch(() => {}); // no robot yet: asked again when there is one
const stage = new Stage($<HTMLCanvasElement>('picture'));
const drive = new DrivePanel(link, { whenArmed, words: (words) => showWords(words, true), stop: stopNow });
const events = new EventsPanel(link, (time_s) => {
  timeline.seek(time_s);
  showPage('live');
});
const models = new ModelsPage(link);
const incidents = new IncidentsPage(link);
const figures = new FiguresPage(link);
const voices = new Voices(link);
const proposals = new Proposals(link);
const quiz = new Quiz(link);
const lessons = new Lessons((sentence) => {
  showPage('live');
  const box = $<HTMLTextAreaElement>('sentence');
  box.value = sentence;
  box.focus();
});

let session: Session | null = null;
let last: State | null = null;
let isMine = false;
let waiting: (() => void) | null = null; // for the robot to be armed by this page
let bubbleTimer = 0;

function lookAround(): Promise<[SceneDocument, Session]> {
  return Promise.all([link.get<SceneDocument>('/api/scene'), link.get<Session>('/api/session')]);
}

async function loadScene(): Promise<void> {
  const early = atFirst;
  atFirst = null;
  const [scene, about] = await (early?.catch(lookAround) ?? lookAround());
  session = about;
  gate.setJoints(about.joints);
  events.setSession(about);
  voices.setSession(about);
  proposals.setSession(about);
  figures.setSession(about);
  stage.build(scene, about);
  $('notice').textContent = '';
  nameThings();
}

function onState(packet: ArrayBuffer): void {
  const state = timeline.add(packet);
  if (!state) return;
  const changed = !last || last.armed !== state.armed || last.emergency !== state.emergency || last.recorded !== state.recorded;
  last = state;
  if (changed) showButtons();
  if (isMine && state.armed) {
    waiting?.();
    waiting = null;
  }
  plan.follow(state);
}

function onEvent(event: RobotEvent): void {
  plan.take(event);
  events.take(event);
  drive.take(event);
  if (event.kind === 'speech' && event.text) speak(event.text, event.n);
  if (event.kind === 'verdict') $('answer').replaceChildren();
}

function speak(words: string, event: number): void {
  if (isHeard) hear(event);
  const bubble = $('bubble');
  bubble.textContent = words;
  bubble.hidden = false;
  window.clearTimeout(bubbleTimer);
  bubbleTimer = window.setTimeout(() => { bubble.hidden = true; }, BUBBLE_MS);
}

let isHeard = localStorage.getItem('sound') !== 'off';
function hear(event: number): void {
  const voice = $<HTMLAudioElement>('voice');
  voice.src = `/api/speech/${event}`;
  voice.play().catch(() => {}); // browsers let nothing sound before somebody has touched the page
}
$('sound').setAttribute('aria-pressed', String(isHeard));
$('sound').addEventListener('click', () => {
  isHeard = !isHeard;
  if (!isHeard) $<HTMLAudioElement>('voice').pause();
  localStorage.setItem('sound', isHeard ? 'on' : 'off');
  $('sound').setAttribute('aria-pressed', String(isHeard));
});

// ---- asking -------------------------------------------------------------------------------------

let shownWords: Words | null = null;
function showWords(words: Words, isBad: boolean): void {
  shownWords = words;
  $('answer').replaceChildren(make('div', isBad ? 'words bad' : 'words', say(words)));
}
onLanguage(() => {
  const shown = $('answer').querySelector('.bad');
  if (shown && shownWords) shown.textContent = say(shownWords);
});

function whenArmed(then: () => void): void {
  if (last?.armed && isMine) return then();
  waiting = then;
  link.takeLease();
}

async function instruct(text: string): Promise<void> {
  const go = $<HTMLButtonElement>('go');
  go.disabled = true;
  go.textContent = t('thinking');
  $('answer').replaceChildren();
  try {
    const answer = await link.post<{ cannot?: Words; steps: PlanStep[]; confirm: boolean; reading?: string; id?: number; request?: number }>('/api/instruct', { text });
    if (answer.cannot) showWords(answer.cannot, true);
    else if (answer.id !== undefined) askFirst(answer.id, answer.steps, text, answer.reading ?? '');
    else plan.propose(answer.steps, text, answer.request);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    showWords(error.words, true);
  } finally {
    go.disabled = false;
    showButtons();
  }
}

function askFirst(id: number, steps: PlanStep[], text: string, reading: string): void {
  plan.propose(steps, text);
  const yes = button(t('confirm'), 'primary', () => {
    $('answer').replaceChildren();
    link.post(`/api/plans/${id}/confirm`, {}).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      showWords(error.words, true);
    });
  });
  const no = button(t('cancel'), '', () => {
    $('answer').replaceChildren();
    plan.reset();
  });
  $('answer').replaceChildren(make('div', 'words', reading ? t('understood', { reading }) : t('confirmAsk'),
    make('ol', '', ...steps.map((step) => make('li', '', say(step)))), make('div', 'row', yes, no)));
  yes.focus();
}

$<HTMLFormElement>('instruct').addEventListener('submit', (event) => {
  event.preventDefault();
  const box = $<HTMLTextAreaElement>('sentence');
  const text = box.value.trim() || box.placeholder;
  box.value = text;
  timeline.seek(null);
  whenArmed(() => void instruct(text));
});
$('sentence').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $<HTMLFormElement>('instruct').requestSubmit();
  }
});
$('arm').addEventListener('click', () => {
  if (isMine) link.giveBack();
  else link.takeLease();
});

// ---- stopping -----------------------------------------------------------------------------------

function stopNow(): void {
  link.stop();
  isMine = false;
  drive.end();
  showButtons();
}
$('stop').addEventListener('click', stopNow);
$('reset').addEventListener('click', () => {
  link.post('/api/stop', { act: 'reset' }).catch((error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
    showWords(error.words, true);
  });
});
window.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || $('stopbar').hidden) return;
  event.preventDefault();
  stopNow();
}, { capture: true });

// ---- what is shown ------------------------------------------------------------------------------

function chip(id: string, text: string, kind: string): void {
  const element = $(id);
  if (element.textContent !== text) element.textContent = text;
  element.className = `chip ${kind}`;
}

function showButtons(): void {
  const armed = last?.armed ?? false;
  const emergency = last?.emergency ?? false;
  if (emergency) chip('chip-armed', t('emergency'), 'bad');
  else chip('chip-armed', t(armed ? 'armed' : 'disarmed'), armed ? 'good' : '');
  chip('chip-record', last ? t(last.recorded ? 'recorded' : 'notRecorded') : '', last?.recorded ? '' : 'bad');
  const arm = $<HTMLButtonElement>('arm');
  arm.setAttribute('aria-pressed', String(isMine && armed));
  arm.textContent = t(isMine ? 'disarm' : 'arm');
  arm.disabled = emergency;
  const go = $<HTMLButtonElement>('go');
  if (!go.disabled || go.textContent !== t('thinking')) go.textContent = t(armed && isMine ? 'go' : 'armAndGo');
  go.disabled = emergency;
  const reset = $<HTMLButtonElement>('reset');
  reset.hidden = !emergency;
}

function showRole(): void {
  const isOperator = link.role === 'operator';
  $('instruct').hidden = !isOperator;
  $('drive').hidden = !isOperator;
  $('watching').hidden = isOperator;
  $('stopbar').hidden = !(isOperator || link.role === 'safety_officer');
  $('chip-late').hidden = link.delay_s === 0;
}

function nameThings(): void {
  translate();
  document.title = `${t('title')} · ${session ? say(session.world.title) : ''}`;
  $('world').textContent = session ? `${say(session.world.title)}` : '';
  $('language-name').textContent = t('otherLanguage');
  $('examples').replaceChildren(...EXAMPLES.map((example) => button(say(example), '', () => {
    $<HTMLTextAreaElement>('sentence').value = say(example);
    $('sentence').focus();
  })));
  showButtons();
}
onLanguage(nameThings);
$('language').addEventListener('click', () => setLanguage(current() === 'en' ? 'zh' : 'en'));

function setTheme(dark: boolean): void {
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  localStorage.setItem('theme', dark ? 'dark' : 'light');
  stage.setTheme(dark);
  charts.rebuild();
}
$('theme').addEventListener('click', () => setTheme(document.documentElement.dataset.theme === 'light'));

function showPage(name: string): void {
  for (const page of ['lessons', 'models', 'incidents', 'figures', 'voices']) $(`page-${page}`).hidden = page !== name;
  document.querySelectorAll<HTMLButtonElement>('nav [data-page]').forEach((tab) => {
    if (tab.dataset.page === name) tab.setAttribute('aria-current', 'page');
    else tab.removeAttribute('aria-current');
  });
  document.querySelector<HTMLElement>('main')!.inert = name !== 'live';
  if (name === 'models') void models.open();
  if (name === 'incidents') void incidents.open();
  if (name === 'figures') void figures.open();
  if (name === 'voices') {
    void voices.open();
    void proposals.open();
  }
  if (name === 'lessons') {
    lessons.draw();
    void quiz.open();
  }
}
document.querySelectorAll<HTMLButtonElement>('nav [data-page]').forEach((tab) =>
  tab.addEventListener('click', () => showPage(tab.dataset.page!)));
document.querySelectorAll<HTMLButtonElement>('[data-view]').forEach((choice) =>
  choice.addEventListener('click', () => {
    stage.show(choice.dataset.view as View);
    document.querySelectorAll('[data-view]').forEach((other) => other.setAttribute('aria-pressed', String(other === choice)));
  }));

const moment = $<HTMLInputElement>('moment');
moment.addEventListener('input', () => timeline.seek(Number(moment.value)));
$('live').addEventListener('click', () => timeline.seek(null));

function leaveRoomForPanels(): void {
  if (window.innerWidth <= PHONE_px) stage.setMargins(0, 0, 0, 0);
  else stage.setMargins(360, 360, 40, 30);
}
window.addEventListener('resize', leaveRoomForPanels);

// ---- every picture ------------------------------------------------------------------------------

let before_ms = performance.now();
let firstPicture_ms = 0;
function everyPicture(now_ms: number): void {
  requestAnimationFrame(everyPicture);
  const dt = Math.min(0.1, (now_ms - before_ms) / 1000);
  before_ms = now_ms;
  const shown = timeline.advance(dt);
  if (!shown || !session || document.hidden) return;
  stage.draw(shown.from, shown.to, shown.share, dt);
  if (firstPicture_ms === 0) {
    firstPicture_ms = performance.now();
    document.documentElement.dataset.firstPictureMs = String(Math.round(firstPicture_ms));
  }
  document.documentElement.dataset.pictures = String(stage.frames);
  document.documentElement.dataset.standing = String(shown.to.standing);
  document.documentElement.dataset.spot = `${shown.to.position[0].toFixed(3)} ${shown.to.position[1].toFixed(3)}`;
  gate.follow(shown.to, now_ms);
  charts.follow(shown.to, now_ms);
  const time = clock(shown.to.time);
  if ($('chip-clock').textContent !== time) $('chip-clock').textContent = time;
  $('replay').hidden = !timeline.isReplay;
  if (timeline.isReplay) {
    [moment.min, moment.max] = timeline.span.map(String);
    moment.value = String(timeline.now);
    $('moment-time').textContent = clock(timeline.now);
  }
  if ($<HTMLDetailsElement>('charts').open)
    $('numbers').textContent = `p99 ${shown.to.tickP99Us.toFixed(0)} µs · ${shown.to.lateTicks} ${t('lateTicks')} · ${t('ageNote', { cm: (100 * shown.to.sigma).toFixed(1) })}`;
}

setTheme(localStorage.getItem('theme') !== 'light');
setLanguage(current());
leaveRoomForPanels();
$('notice').textContent = t('connecting');
requestAnimationFrame(everyPicture);
void link.open();
