// The drive pad: keys, a finger, or a gamepad become velocities, twenty a second, as long as the page's stream is let
// in by a step of an approved plan. Whoever lets go sends zeros; a page that hangs or is hidden sends nothing: either way
// the robot comes to a stand.

import { $ } from './dom';
import { onLanguage, t } from './i18n';
import { ApiError, type Link, type RobotEvent, type Words } from './link';

const SEND_MS = 50;
const TIME_s = 300;
const TURN_MAX_rad_s = 0.6;
const DEAD = 0.15; // of a gamepad's stick
const STOP_BUTTON = 1; // B, or the circle
const KNOB_REACH = 0.34; // of the disc

/** Forward, left and turn to the left, each from -1 to 1. */
type Push = [number, number, number];
const KEYS: Record<string, Push> = {
  KeyW: [1, 0, 0], KeyS: [-1, 0, 0], KeyA: [0, 1, 0], KeyD: [0, -1, 0], KeyQ: [0, 0, 1], KeyE: [0, 0, -1],
  ArrowUp: [1, 0, 0], ArrowDown: [-1, 0, 0], ArrowLeft: [0, 0, 1], ArrowRight: [0, 0, -1],
};
const TAKES_TEXT = 'textarea, input, select, [contenteditable]';

interface Listeners {
  /** Calls back when the robot is armed by this page. */
  whenArmed: (then: () => void) => void;
  words: (words: Words) => void;
  stop: () => void;
}

export class DrivePanel {
  private request = 0; // of the plan that lets the stream in; 0: none
  private verdict: RobotEvent | null = null; // the last one: it may come before the answer that names its request
  private isDriving = false;
  private timer = 0;
  private readonly held = new Map<string, Push>(); // by key or button
  private finger: Push = [0, 0, 0];

  constructor(private readonly link: Link, private readonly listeners: Listeners) {
    $('drive-toggle').addEventListener('click', () => this.isOn ? this.end() : this.begin());
    $('drive-speed').addEventListener('input', () => this.draw());
    // Another bound is another plan.
    $('drive-speed').addEventListener('change', () => { if (this.isOn) void this.propose(); });
    this.listenToKeys();
    this.listenToFingers();
    for (const gone of ['blur', 'pagehide']) window.addEventListener(gone, () => this.release());
    document.addEventListener('visibilitychange', () => this.release());
    onLanguage(() => this.draw());
  }

  private get isOn(): boolean { return this.request !== 0; }
  private get speed_m_s(): number { return Number($<HTMLInputElement>('drive-speed').value); }

  take(event: RobotEvent): void {
    if (event.kind === 'verdict') this.verdict = event;
    if (!this.isOn) return;
    const isOurs = event.request === this.request;
    const mayRun = event.verdict?.status === 'approved' || event.verdict?.status === 'repaired';
    if (event.kind === 'verdict' && isOurs && mayRun) this.run();
    else if (event.kind === 'verdict' && (isOurs || mayRun)) this.end(); // refused, or replaced by another plan
    else if (event.kind === 'plan_ended' && this.isDriving) this.end();
  }

  /** The stream is no longer let in, or nobody wants it. */
  end(): void {
    this.request = 0;
    this.isDriving = false;
    window.clearInterval(this.timer);
    this.release();
    this.draw();
  }

  private begin(): void { this.listeners.whenArmed(() => void this.propose()); }

  private async propose(): Promise<void> {
    try {
      const answer = await this.link.post<{ request: number }>('/api/drive', { speed_m_s: this.speed_m_s, time_s: TIME_s });
      this.request = answer.request;
      this.draw();
      if (this.verdict?.request === this.request) this.take(this.verdict);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.listeners.words(error.words);
    }
  }

  private run(): void {
    this.isDriving = true;
    window.clearInterval(this.timer);
    this.timer = window.setInterval(() => this.send(), SEND_MS);
    this.draw();
    $('pad').focus();
  }

  private send(): void {
    if (document.hidden) return;
    const push = this.push();
    const length = Math.max(1, Math.hypot(push[0], push[1]));
    const v: [number, number] = [this.speed_m_s * push[0] / length, this.speed_m_s * push[1] / length];
    this.link.drive(v, TURN_MAX_rad_s * push[2]);
    this.showPush([push[0] / length, push[1] / length, push[2]]);
  }

  /** The sum of all hands. */
  private push(): Push {
    const sum = [...this.finger] as Push;
    for (const push of this.held.values()) push.forEach((value, i) => { sum[i] += value; });
    const stick = this.stick();
    return sum.map((value, i) => Math.max(-1, Math.min(1, value + stick[i]))) as Push;
  }

  private stick(): Push {
    for (const pad of navigator.getGamepads?.() ?? []) {
      if (!pad?.connected) continue;
      if (pad.buttons[STOP_BUTTON]?.pressed) this.listeners.stop();
      const axis = (i: number) => Math.abs(pad.axes[i] ?? 0) < DEAD ? 0 : -pad.axes[i];
      return [axis(1), axis(0), axis(2)];
    }
    return [0, 0, 0];
  }

  private release(): void {
    this.held.clear();
    this.finger = [0, 0, 0];
    this.showPush([0, 0, 0]);
  }

  private listenToKeys(): void {
    window.addEventListener('keydown', (event) => {
      const push = KEYS[event.code];
      const isText = event.target instanceof Element && event.target.matches(TAKES_TEXT);
      // Arrows belong to whatever has the focus, unless that is the pad.
      const isArrowElsewhere = event.code.startsWith('Arrow') && document.activeElement !== $('pad');
      if (!this.isDriving || !push || isText || isArrowElsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.held.set(event.code, push);
    });
    window.addEventListener('keyup', (event) => this.held.delete(event.code));
  }

  private listenToFingers(): void {
    const pad = $('pad');
    const follow = (event: PointerEvent) => {
      const box = pad.getBoundingClientRect();
      const reach_px = KNOB_REACH * box.width;
      const left = (box.left + box.width / 2 - event.clientX) / reach_px;
      const forward = (box.top + box.height / 2 - event.clientY) / reach_px;
      const length = Math.max(1, Math.hypot(forward, left));
      this.finger = [forward / length, left / length, 0];
    };
    pad.addEventListener('pointerdown', (event) => {
      pad.setPointerCapture(event.pointerId);
      follow(event);
    });
    pad.addEventListener('pointermove', (event) => { if (pad.hasPointerCapture(event.pointerId)) follow(event); });
    for (const up of ['pointerup', 'pointercancel', 'lostpointercapture'])
      pad.addEventListener(up, () => { this.finger = [0, 0, 0]; });
    for (const [id, push] of [['turn-left', [0, 0, 1]], ['turn-right', [0, 0, -1]]] as [string, Push][]) {
      const turn = $(id);
      turn.addEventListener('pointerdown', () => this.held.set(id, push));
      turn.addEventListener('keydown', (event) => { if (event.key === ' ' || event.key === 'Enter') this.held.set(id, push); });
      for (const up of ['pointerup', 'pointerleave', 'pointercancel', 'keyup', 'blur'])
        turn.addEventListener(up, () => this.held.delete(id));
    }
  }

  private showPush(push: Push): void {
    const percent = 100 * KNOB_REACH;
    $('knob').style.translate = `${-percent * push[1] * 2}% ${-percent * push[0] * 2}%`;
    $('turn-left').classList.toggle('on', push[2] > 0);
    $('turn-right').classList.toggle('on', push[2] < 0);
  }

  private draw(): void {
    const toggle = $<HTMLButtonElement>('drive-toggle');
    toggle.textContent = t(this.isOn ? 'driveEnd' : 'driveBegin');
    toggle.setAttribute('aria-pressed', String(this.isOn));
    $('pads').hidden = !this.isDriving;
    $('drive-speed-value').textContent = `${this.speed_m_s.toFixed(2)} m/s`;
  }
}
