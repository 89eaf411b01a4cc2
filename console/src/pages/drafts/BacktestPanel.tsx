import { Alert, Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { backtestsQuery, useBacktest } from '~features/drafts/queries';
import { useMay } from '~features/session/session';
import { Problem } from '~shared/api/problem';
import type { Backtest, DraftDocument } from '~shared/api/types';
import { formatCount } from '~shared/format/numbers';
import { Panel } from '~shared/ui/Page';
import { Failed, Lines, Nothing } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import { BacktestReport } from './BacktestReport';
import css from './Drafts.module.css';

const PERIODS = [
  { value: '7', label: 'The last 7 days' },
  { value: '30', label: 'The last 30 days' },
  { value: '90', label: 'The last 90 days' },
  { value: '366', label: 'The last year' },
];

/** What the draft would have said of recorded exchanges. */
export function BacktestPanel({ draft }: { draft: DraftDocument }) {
  const { data, error, refetch } = useQuery(backtestsQuery(draft.id));
  const may = useMay();
  const run = useBacktest(draft.id);
  const [days, setDays] = useState('30');
  const latest = data?.[0];
  return (
    <div className={css.stack}>
      {may('write_policy') && (
        <Panel title="Try it on recorded exchanges">
          <div className={css.row}>
            <Select
              label="Period"
              data={PERIODS}
              value={days}
              allowDeselect={false}
              onChange={(next) => setDays(next ?? '30')}
            />
            <Button loading={run.isPending || latest?.state === 'running'} onClick={() => run.mutate(Number(days))}>
              Run the backtest
            </Button>
          </div>
          {run.error && (
            <Alert role="alert" color="ink" title={run.error.message}>
              {run.error instanceof Problem && run.error.detail}
            </Alert>
          )}
        </Panel>
      )}
      {latest ? (
        <Outcome trial={latest} />
      ) : error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data ? (
        <Nothing title="Exactly this content was not tried yet">Every edit makes it another content.</Nothing>
      ) : (
        <Lines />
      )}
    </div>
  );
}

function Outcome({ trial }: { trial: Backtest }) {
  const title = (
    <>
      <Time at={trial.from} /> to <Time at={trial.to} />, run by {trial.by}
    </>
  );
  if (trial.state === 'running') {
    return <p role="status">Running: {formatCount(trial.seen ?? 0)} records looked at.</p>;
  }
  if (trial.state === 'failed' || !trial.report) {
    return (
      <Alert role="alert" color="ink" title="The backtest broke off">
        {trial.why}
      </Alert>
    );
  }
  return (
    <>
      <p className={css.note}>{title}</p>
      <BacktestReport report={trial.report} />
    </>
  );
}
