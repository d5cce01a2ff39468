/** 32 bits of FNV-1a (the public algorithm by Fowler, Noll and Vo) over UTF-16 code units; not for secrets. Another `seed` gives an independent value. */
export function fingerprint32(text: string, seed = 0x811c9dc5): string {
  let hash = seed;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hex(scatter(hash));
}

/** 64 bits, for contents that must not be mistaken for each other across a whole fleet. */
export function fingerprint64(text: string): string {
  return fingerprint32(text) + fingerprint32(text, 0x2f0b4a27);
}

/** The finalizer of MurmurHash3, so that texts that differ only in the last letter differ in every digit. */
function scatter(hash: number): number {
  const first = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return second ^ (second >>> 16);
}

function hex(hash: number): string {
  return (hash >>> 0).toString(16).padStart(8, '0');
}
