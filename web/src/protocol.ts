// Reads the robot's state packets: src/wall/message.cpp has the same list of fields.

export const RUNGS = ['none', 'slow', 'hold', 'settle', 'brace'] as const;
export const MAX_JOINTS = 48;
const HEAD_BYTES = 4;
const BODY_BYTES = 20;
const KIND_STATE = 7;
const VERSION = 1;

export interface Track {
  id: number;
  isPerson: boolean;
  x: number;
  y: number;
  vx: number;
  vy: number;
  radius: number;
  height: number;
}

export interface State {
  tick: number;
  time: number; // s
  armed: boolean;
  leaseHeld: boolean;
  emergency: boolean;
  standing: boolean;
  recorded: boolean;
  rung: number;
  source: number;
  rule: number;
  joint: number;
  margin: number;
  gateChanged: number;
  gateStopped: number;
  lateTicks: number;
  tickMeanUs: number;
  tickMaxUs: number;
  tickP99Us: number;
  plan: number; // 0 none, 1 waiting, 2 running, 3 done, 4 failed
  fault: number;
  step: number;
  stepCount: number;
  progress: number;
  stepTime: number;
  position: [number, number, number];
  yaw: number;
  speed: number;
  tilt: number;
  sigma: number;
  footForce: [number, number];
  torque: Uint8Array; // shares of the limit, 255: at it
  velocity: Uint8Array;
  range: Uint8Array;
  tracks: Track[];
  bodies: number;
  posesAt: number; // offset of the first body's pose
  view: DataView;
}

export function readState(buffer: ArrayBuffer): State | null {
  const view = new DataView(buffer);
  if (buffer.byteLength < HEAD_BYTES || view.getUint16(0, true) !== VERSION ||
      view.getUint16(2, true) !== KIND_STATE) return null;
  let at = HEAD_BYTES;
  const u8 = () => view.getUint8(at++);
  const i16 = () => view.getInt16((at += 2) - 2, true);
  const u16 = () => view.getUint16((at += 2) - 2, true);
  const i32 = () => view.getInt32((at += 4) - 4, true);
  const f32 = () => view.getFloat32((at += 4) - 4, true);
  const f64 = () => view.getFloat64((at += 8) - 8, true);
  const u64 = () => Number(view.getBigUint64((at += 8) - 8, true));
  const shares = () => new Uint8Array(buffer, (at += MAX_JOINTS) - MAX_JOINTS, MAX_JOINTS);
  try {
    const state: State = {
      tick: u64(), time: f64(),
      armed: u8() > 0, leaseHeld: u8() > 0, emergency: u8() > 0, standing: u8() > 0,
      recorded: u8() > 0, rung: u8(), source: u8(), rule: u8(), joint: i16(), margin: f32(),
      gateChanged: u64(), gateStopped: u64(), lateTicks: u64(),
      tickMeanUs: f32(), tickMaxUs: f32(), tickP99Us: f32(),
      plan: u8(), fault: u8(), step: i16(), stepCount: i16(), progress: f32(), stepTime: f32(),
      position: [f32(), f32(), f32()], yaw: f32(), speed: f32(), tilt: f32(), sigma: f32(),
      footForce: [f32(), f32()],
      torque: shares(), velocity: shares(), range: shares(),
      tracks: [], bodies: 0, posesAt: 0, view,
    };
    const tracks = u8();
    for (let t = 0; t < 8; ++t) {
      const track = { id: i32(), isPerson: u8() > 0, x: f32(), y: f32(), vx: f32(), vy: f32(),
                      radius: f32(), height: f32() };
      if (t < tracks) state.tracks.push(track);
    }
    state.bodies = u16();
    state.posesAt = at;
    return at + state.bodies * BODY_BYTES === buffer.byteLength ? state : null;
  } catch {
    return null; // a packet that is cut
  }
}

/** Position (m) and quaternion (xyzw) of a body, into `out` [7]. */
export function poseOf(state: State, body: number, out: Float64Array): void {
  const at = state.posesAt + body * BODY_BYTES;
  for (let i = 0; i < 3; ++i) out[i] = state.view.getFloat32(at + 4 * i, true);
  for (let i = 0; i < 4; ++i) out[3 + i] = state.view.getInt16(at + 12 + 2 * i, true) / 32767;
}
