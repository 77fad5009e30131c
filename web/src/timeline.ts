// Keeps the last two minutes of states, and finds the two around a moment.

import { readState, type State } from './protocol';

const KEPT_S = 120;
const DELAY_S = 0.07; // behind the newest, so that there is always one to go towards

export class Timeline {
  private states: State[] = [];
  private played = 0; // s of robot time
  private pinned: number | null = null; // replay

  add(buffer: ArrayBuffer): State | null {
    const state = readState(buffer);
    if (!state) return null;
    const last = this.states.at(-1);
    if (last && state.time < last.time) this.clear(); // another run
    this.states.push(state);
    while (this.states[0].time < state.time - KEPT_S) this.states.shift();
    return state;
  }
  clear(): void {
    this.states = [];
    this.played = 0;
    this.pinned = null;
  }

  get newest(): State | undefined { return this.states.at(-1); }
  get span(): [number, number] { return [this.states[0]?.time ?? 0, this.newest?.time ?? 0]; }
  get isReplay(): boolean { return this.pinned !== null; }
  get now(): number { return this.played; }

  /** Goes back to a moment (null: to live), and plays on from there. */
  seek(time_s: number | null): void {
    this.pinned = time_s === null ? null : Math.max(time_s, this.span[0]);
    if (this.pinned !== null) this.played = this.pinned;
  }

  /** The clock goes on by dt; the states around the moment to show, and the share of the second. */
  advance(dt: number): { from: State; to: State; share: number } | null {
    const newest = this.newest;
    if (!newest) return null;
    if (this.pinned !== null) {
      this.pinned = Math.min(this.pinned + dt, newest.time);
      this.played = this.pinned;
    } else {
      const wanted = newest.time - DELAY_S;
      const off = wanted - this.played;
      // Far off: jump. Near: run a little faster or slower, so that nothing jerks.
      this.played = Math.abs(off) > 0.5 ? wanted : this.played + dt * (1 + Math.max(-0.5, Math.min(0.5, 2 * (off - dt))));
    }
    return this.around(this.played);
  }

  private around(time: number): { from: State; to: State; share: number } {
    let low = 0;
    let high = this.states.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.states[middle].time <= time) low = middle;
      else high = middle;
    }
    const from = this.states[low];
    const to = this.states[high];
    const length = to.time - from.time;
    return { from, to, share: length > 0 ? Math.max(0, Math.min(1, (time - from.time) / length)) : 1 };
  }
}
