/** The words that people read for what becomes of requests. */
import type { ExceptionRequest, ToolRequest, ToolReviewSummary } from '~shared/api/types';
import { counted } from '~shared/format/numbers';
import { labelWords } from '~shared/format/words';

type Tone = 'good' | 'busy' | 'bad' | 'plain';

export const TOOL_REQUEST_WORDS: Record<ToolRequest['state'], [string, Tone]> = {
  waiting: ['Waiting for a reviewer', 'plain'],
  in_review: ['Under review', 'busy'],
  decided: ['Decided', 'good'],
  closed: ['Closed', 'plain'],
  withdrawn: ['Withdrawn', 'plain'],
};

export const OUTCOME_WORDS: Record<NonNullable<ToolRequest['outcome']>, [string, Tone]> = {
  approved: ['Approved', 'good'],
  conditional: ['Approved under conditions', 'busy'],
  denied: ['Denied', 'bad'],
};

export const EXCEPTION_WORDS: Record<ExceptionRequest['state'], [string, Tone]> = {
  requested: ['Waiting for agreement', 'busy'],
  in_force: ['In force', 'good'],
  over: ['Over', 'plain'],
  denied: ['Denied', 'bad'],
  withdrawn: ['Withdrawn', 'plain'],
  revoked: ['Taken back', 'plain'],
};

export const REVIEW_WORDS: Record<ToolReviewSummary['state'], [string, Tone]> = {
  open: ['Open', 'plain'],
  in_review: ['Under review', 'busy'],
  proposed: ['Waiting for agreement', 'busy'],
  decided: ['Decided', 'good'],
  closed: ['Closed', 'plain'],
};

/** Why a review was opened, as a sentence. */
export function causeWords(cause: ToolReviewSummary['cause']): string {
  switch (cause.cause) {
    case 'requested':
      return 'People want the tool.';
    case 'found':
      return 'The tool was found in use.';
    case 'expiry':
      return 'The decision lapses soon.';
    case 'terms_changed':
      return `The vendor’s terms changed (${cause.note}).`;
    case 'contradicted':
      return `${counted(cause.exchanges, 'exchange')} carried data outside the decision: ${cause.labels
        .map(labelWords)
        .join(', ')}.`;
  }
}

const UNITS: [number, string][] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
];

/** `8 hours`, `30 days`. */
export function lastingWords(seconds: number): string {
  const [length, unit] = UNITS.find(([length]) => seconds >= length && seconds % length === 0) ?? [1, 'second'];
  return counted(seconds / length, unit);
}
