import type { Overview } from '~shared/api/types';

export const RANGES = {
  '1h': { name: 'Hour', words: 'in the last hour', seconds: 3_600 },
  '24h': { name: 'Day', words: 'in the last 24 hours', seconds: 86_400 },
  '7d': { name: 'Week', words: 'in the last 7 days', seconds: 604_800 },
  '30d': { name: '30 days', words: 'in the last 30 days', seconds: 2_592_000 },
} as const;

export type RangeName = keyof typeof RANGES;

export const isRange = (name: string | null): name is RangeName => name !== null && name in RANGES;

/** Whether a day holds nothing but its last hour or so, as after a first start: the hour then says more. */
export function onlyJustBegun(day: Overview): boolean {
  const edge = Date.parse(day.range.to) - 2 * RANGES['1h'].seconds * 1000;
  const early = day.by_action.filter((bucket) => Date.parse(bucket.at) < edge);
  return early.every((bucket) => bucket.allow + bucket.coach + bucket.justify + bucket.redact + bucket.block === 0);
}
