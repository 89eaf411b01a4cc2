import { SegmentedControl } from '@mantine/core';
import { useSearchParams } from 'react-router';

import css from './AiUsePage.module.css';

const SPANS = [
  { value: '1', label: 'Day' },
  { value: '7', label: 'Week' },
  { value: '30', label: '30 days' },
  { value: '365', label: 'Year' },
];

/** How far back the address says to look: one of the spans that can be chosen. */
export function daysOf(params: URLSearchParams): number {
  const asked = Number(params.get('days') ?? 30);
  return SPANS.some((span) => span.value === String(asked)) ? asked : 30;
}

export function SpanControl({ days }: { days: number }) {
  const [, setParams] = useSearchParams();
  const choose = (days: string) =>
    setParams(
      (params) => {
        params.set('days', days);
        return params;
      },
      { replace: true, preventScrollReset: true },
    );
  return (
    <SegmentedControl
      className={css.span}
      aria-label="How far back"
      data={SPANS}
      value={String(days)}
      onChange={choose}
    />
  );
}
