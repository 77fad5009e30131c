// The socket lives on a thread of its own, so that a slow picture does not silence the page: the
// operator's sign of life goes out as long as the page itself has been alive within a second.

/// <reference lib="webworker" />

export type ToPulse = { url: string } | { say: string } | { beats: boolean } | { alive: true };
export type FromPulse = { open: boolean } | { text: string } | { state: ArrayBuffer };

const BEAT_MS = 100;
const PAGE_SILENT_MS = 1000;
const AGAIN_MS = 500;

const page = self as unknown as DedicatedWorkerGlobalScope;
let socket: WebSocket | null = null;
let beats = false;
let alive_ms = 0;

function connect(url: string): void {
  socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => page.postMessage({ open: true } satisfies FromPulse);
  socket.onclose = () => {
    beats = false;
    page.postMessage({ open: false } satisfies FromPulse);
    setTimeout(() => connect(url), AGAIN_MS);
  };
  socket.onmessage = ({ data }) => {
    if (typeof data === 'string') page.postMessage({ text: data } satisfies FromPulse);
    else page.postMessage({ state: data } satisfies FromPulse, [data]);
  };
}

function say(text: string): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(text);
}

page.onmessage = ({ data }: MessageEvent<ToPulse>) => {
  if ('url' in data) connect(data.url);
  else if ('say' in data) say(data.say);
  else if ('beats' in data) beats = data.beats;
  alive_ms = performance.now();
};
setInterval(() => {
  if (beats && performance.now() - alive_ms < PAGE_SILENT_MS) say('{"type":"beat"}');
}, BEAT_MS);
