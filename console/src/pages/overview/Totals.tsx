import type { Overview } from '~shared/api/types';
import { formatShare, formatShort } from '~shared/format/numbers';

import css from './OverviewPage.module.css';

export function Totals({ totals }: { totals: Overview['totals'] }) {
  const share = formatShare(totals.interventions, totals.exchanges);
  return (
    <dl className={css.totals} aria-label="Totals">
      <Total name="Exchanges" value={totals.exchanges} />
      <Total name="Interventions" value={totals.interventions} note={`${share} of exchanges`} />
      <Total name="People" value={totals.people} />
      <Total name="Tools in use" value={totals.tools} />
    </dl>
  );
}

function Total({ name, value, note }: { name: string; value: number; note?: string }) {
  return (
    <div className={css.total}>
      <dt>{name}</dt>
      <dd>
        <span className={css.figure}>{formatShort(value)}</span>
        {note && <span className="muted">{note}</span>}
      </dd>
    </div>
  );
}
