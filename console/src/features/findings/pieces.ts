import type { CheckFinding } from '~shared/api/types';

/** A stretch of a text, and what was found in it; an empty label marks without a name. */
export interface Piece {
  text: string;
  label?: string;
}

/** Cuts `text` at the findings. Findings count bytes of UTF-8, texts here count UTF-16 units. */
export function pieces(text: string, findings: Pick<CheckFinding, 'label' | 'start' | 'end'>[]): Piece[] {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder();
  const cut = (start: number, end: number) => decoder.decode(bytes.subarray(start, end));
  const result: Piece[] = [];
  let done = 0;
  for (const { label, start, end } of [...findings].sort((a, b) => a.start - b.start)) {
    if (start < done || end > bytes.length) {
      continue;
    }
    if (start > done) {
      result.push({ text: cut(done, start) });
    }
    result.push({ text: cut(start, end), label });
    done = end;
  }
  if (done < bytes.length) {
    result.push({ text: cut(done, bytes.length) });
  }
  return result;
}

const PLACEHOLDER = /\[[A-Z][A-Z0-9_]*_[0-9A-F]{4,}\]/g;

/** Cuts a redacted text at its placeholders, as in `[US_SSN_4F2A]`. */
export function placeholders(text: string): Piece[] {
  const result: Piece[] = [];
  let done = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    if (match.index > done) {
      result.push({ text: text.slice(done, match.index) });
    }
    result.push({ text: match[0], label: '' });
    done = match.index + match[0].length;
  }
  if (done < text.length) {
    result.push({ text: text.slice(done) });
  }
  return result;
}
