// Everything that crosses to the server: session, API, WebSocket. No other module talks to it.

import type { FromPulse, ToPulse } from './pulse';

export interface Words { en: string; zh: string }
export interface PlanStep extends Words { skill: string; args?: Record<string, string | number> }
export interface Reason extends Words { rule: string; step: number; facts?: string[] }
export interface Verdict {
  status: 'approved' | 'repaired' | 'ask' | 'refused';
  text?: string;
  cause?: string; // of a plan that takes another one's place
  model: string;
  registered: boolean;
  rehearsed: boolean;
  steps: PlanStep[];
  reasons: Reason[];
}
export interface RobotEvent {
  n: number;
  kind: 'verdict' | 'step_began' | 'step_ended' | 'plan_ended' | 'intervention' | 'arming' | 'rung' |
    'speech' | 'record';
  tick: number;
  time_s: number;
  step: number;
  joint: number;
  rule: number;
  detail: number;
  margin: number;
  value: number;
  text?: string;
  request?: number;
  verdict?: Verdict;
}
export interface Session {
  robot: string;
  base: string; // bodies of the scene
  head: string;
  world: { name: string; title: Words; floor_min_m: [number, number]; floor_max_m: [number, number] };
  record?: string;
  joints: string[];
  places: (Words & { id: string; p_m?: [number, number] })[];
  objects: (Words & { id: string })[];
  people: (Words & { id: string })[];
  zones: { id: string; kind: 'keep_out' | 'slow'; corners_m: [number, number][] }[];
  rules: Record<string, Words & { number: number }>;
  skills: (Words & { name: string; body_can: boolean })[];
}
export type Role = 'public' | 'operator' | 'safety_officer' | 'registrar';
export interface Comment { id: number; time: string; about: string; name: string; text: string; shown: boolean }
export interface Proposal extends Comment {
  reason: string;
  mark: string; // what ballots are signed over
  for: number;
  against: number;
  answer: { time: string; accepted: boolean; why: string } | null;
}

export class ApiError extends Error {
  constructor(readonly status: number, readonly words: Words) { super(words.en); }
}

interface Listeners {
  state(packet: ArrayBuffer): void;
  event(event: RobotEvent): void;
  hello(events: RobotEvent[], ready: boolean): void;
  robot(ready: boolean): void;
  lease(mine: boolean, why: string): void;
  cannot(words: Words): void; // what a model says that plans no more
  connected(isConnected: boolean): void;
}

const ALIVE_MS = 100;

export class Link {
  role: Role = 'public';
  delay_s = 0;
  private csrf = '';
  private readonly pulse = new Worker(new URL('./pulse.ts', import.meta.url), { type: 'module' });

  /** Why the token of the address was not taken: the page is the public's then. */
  refusal: Words | null = null;
  /** Who this page is: by the token of the address, if there is one. */
  readonly entered: Promise<void>;

  constructor(private readonly listeners: Listeners) {
    this.entered = this.enter();
  }

  /** Opens the socket. */
  async open(): Promise<void> {
    await this.entered;
    this.connect();
  }

  private async enter(): Promise<void> {
    const token = new URLSearchParams(location.hash.slice(1)).get('token');
    if (token) {
      history.replaceState(null, '', location.pathname);
      try {
        const me = await this.post<{ role: Role; csrf: string }>('/api/login', { token });
        this.role = me.role;
        this.csrf = me.csrf;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        this.refusal = error.words;
      }
    } else {
      await this.lookWhoIAm();
    }
  }

  private async lookWhoIAm(): Promise<void> {
    try {
      const me = await this.get<{ role: Role; csrf: string }>('/api/me');
      this.role = me.role;
      this.csrf = me.csrf;
    } catch (error) {
      // A session of an earlier server: go on as the public.
      if (error instanceof ApiError && error.status === 401) await this.post('/api/logout', {}).catch(() => {});
    }
  }

  private connect(): void {
    this.tell({ url: new URL('ws', location.href.replace(/^http/, 'ws')).href });
    this.pulse.onmessage = ({ data }: MessageEvent<FromPulse>) => {
      if ('open' in data) this.listeners.connected(data.open);
      else if ('text' in data) this.take(data.text);
      else this.listeners.state(data.state);
    };
    window.setInterval(() => this.tell({ alive: true }), ALIVE_MS);
  }

  private tell(message: ToPulse): void { this.pulse.postMessage(message); }
  private say(message: object): void { this.tell({ say: JSON.stringify(message) }); }

  private take(text: string): void {
    const message = JSON.parse(text);
    if (message.type === 'event') this.listeners.event(message);
    else if (message.type === 'robot') this.listeners.robot(message.ready);
    else if (message.type === 'lease') {
      // As long as this page lives and is heard, the robot stays armed.
      this.tell({ beats: message.mine });
      this.listeners.lease(message.mine, message.why);
    } else if (message.type === 'mind') {
      this.listeners.cannot(message.cannot);
    } else if (message.type === 'hello') {
      this.role = message.role;
      this.delay_s = message.delay_s;
      this.listeners.hello(message.events, message.ready);
    }
  }

  stop(): void { this.say({ type: 'stop' }); }
  /** Forward and left in m/s, turning left in rad/s. */
  drive(v: [number, number], w: number): void { this.say({ type: 'drive', v, w }); }
  takeLease(): void { this.say({ type: 'take_lease' }); }
  giveBack(): void {
    this.tell({ beats: false });
    this.say({ type: 'give_back' });
  }

  get<T>(path: string): Promise<T> { return this.ask<T>('GET', path); }
  post<T>(path: string, body: object): Promise<T> { return this.ask<T>('POST', path, body); }

  private async ask<T>(method: string, path: string, body?: object): Promise<T> {
    const headers: Record<string, string> = {};
    if (body) headers['Content-Type'] = 'application/json';
    if (this.csrf) headers['X-CSRF'] = this.csrf;
    let response: Response;
    try {
      response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
    } catch {
      throw new ApiError(0, { en: 'the server does not answer', zh: '服务器没有应答' });
    }
    const answer = await response.json();
    if (!response.ok) throw new ApiError(response.status, answer.error ?? { en: response.statusText, zh: response.statusText });
    return answer as T;
  }
}
