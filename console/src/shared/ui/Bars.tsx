import type { ReactNode } from 'react';
import { Link } from 'react-router';

import type { Action } from '~shared/api/types';
import { formatCount } from '~shared/format/numbers';

import css from './parts.module.css';

export interface Bar {
  key: string;
  name: ReactNode;
  count: number;
  to?: string;
  tone?: Action;
  aside?: ReactNode;
}

/** Counts as bars, each leading to what it counts. */
export function Bars({ bars }: { bars: Bar[] }) {
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  return (
    <ol className={css.bars}>
      {bars.map((bar) => (
        <li key={bar.key}>
          <BarRow bar={bar} share={bar.count / most} />
        </li>
      ))}
    </ol>
  );
}

function BarRow({ bar, share }: { bar: Bar; share: number }) {
  const inside = (
    <>
      <span className={css.barName}>{bar.name}</span>
      <span className={css.barName}>
        {bar.aside}
        <span className={css.count}>{formatCount(bar.count)}</span>
      </span>
      <span className={css.track} aria-hidden="true">
        <span className={css.fill} data-tone={bar.tone} style={{ width: `${Math.max(1.5, share * 100)}%` }} />
      </span>
    </>
  );
  return bar.to ? (
    <Link to={bar.to} className={css.bar}>
      {inside}
    </Link>
  ) : (
    <div className={css.bar}>{inside}</div>
  );
}

/** A line without axes: the shape of the last while. */
export function Sparkline({ series }: { series: number[] }) {
  if (series.length < 2) {
    return null;
  }
  const most = Math.max(1, ...series);
  const points = series.map((value, at) => `${(at / (series.length - 1)) * 74},${19 - (value / most) * 17}`);
  return (
    <svg className={css.spark} viewBox="0 0 74 20" preserveAspectRatio="none" aria-hidden="true">
      <polyline points={points.join(' ')} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />
    </svg>
  );
}
