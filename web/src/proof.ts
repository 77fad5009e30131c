// That an entry is in the machine's log: the path of hashes of RFC 6962 up to the root of a checkpoint, and the
// checkpoint's signature (C2SP signed note, Ed25519). Computed here, by the browser's own cryptography.

export interface Proof {
  index: number;
  hashes: string[]; // base64, from the leaf's sibling up
  note: string; // the signed checkpoint
  key: string; // name+id+base64(1 || public key)
  leaf?: string; // the entry, for those with a role
  leaf_hash?: string; // else only its hash
}
export interface Checked {
  isProved: boolean;
  isSigned: boolean | null; // null: this browser knows no Ed25519
  size: number;
  root: string; // base64
  signer: string;
}

type Bytes = Uint8Array<ArrayBuffer>;

const ED25519 = 1;

const fromBase64 = (text: string): Bytes => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const toBase64 = (bytes: Bytes): string => btoa(String.fromCharCode(...bytes));
const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
const isSame = (a: Bytes, b: Bytes): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

async function sha256(...parts: Bytes[]): Promise<Bytes> {
  const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', all));
}
const leafHash = (leaf: Bytes): Promise<Bytes> => sha256(Uint8Array.of(0), leaf);
const nodeHash = (left: Bytes, right: Bytes): Promise<Bytes> => sha256(Uint8Array.of(1), left, right);

/** The root that a path leads to; null when it is not as long as the tree is high (RFC 9162, 2.1.3.2). */
async function rootOf(leaf: Bytes, index: number, size: number, path: Bytes[]): Promise<Bytes | null> {
  if (index >= size) return null;
  let [node, last, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return null;
    if (node % 2 === 1 || node === last) {
      hash = await nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      hash = await nodeHash(hash, sibling);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : null;
}

/** Did the holder of this key sign the note? */
async function isSignedBy(note: string, key: string): Promise<boolean | null> {
  const end = note.indexOf('\n\n');
  const [, name, id, bytes] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(key) ?? [];
  if (end < 0 || !bytes) return false;
  const kindAndKey = fromBase64(bytes);
  const fullId = await sha256(utf8(`${name}\n`), kindAndKey);
  const isId = id === [...fullId.slice(0, 4)].map((b) => b.toString(16).padStart(2, '0')).join('');
  if (!isId || kindAndKey[0] !== ED25519) return false;
  let imported: CryptoKey;
  try {
    imported = await crypto.subtle.importKey('raw', kindAndKey.slice(1), 'Ed25519', false, ['verify']);
  } catch {
    return null;
  }
  for (const line of note.slice(end + 2).split('\n')) {
    const [, signer, text] = /^\u2014 (\S+) (\S+)$/.exec(line) ?? [];
    if (signer !== name) continue;
    const signature = fromBase64(text);
    if (isSame(signature.slice(0, 4), fullId.slice(0, 4)))
      return crypto.subtle.verify('Ed25519', imported, signature.slice(4), utf8(note.slice(0, end + 1)));
  }
  return false;
}

/** Throws when the proof is not of its form. */
export async function check(proof: Proof): Promise<Checked> {
  const [origin, count, root] = proof.note.split('\n');
  const size = Number(count);
  if (!origin || !Number.isSafeInteger(size) || !root) throw new Error('not a checkpoint');
  const leaf = proof.leaf !== undefined ? await leafHash(utf8(proof.leaf)) : fromBase64(proof.leaf_hash ?? '');
  const reached = await rootOf(leaf, proof.index, size, proof.hashes.map(fromBase64));
  const isSigned = await isSignedBy(proof.note, proof.key);
  return { isProved: reached !== null && toBase64(reached) === root, isSigned, size, root, signer: proof.key.split('+')[0] };
}
/** WebCrypto is only there for pages over TLS or from this machine. */
export const canCheck = (): boolean => globalThis.crypto?.subtle !== undefined;
