import { Alert, Button } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { DataTable, type DataTableColumn } from 'mantine-datatable';
import { Link } from 'react-router';

import { canariesQuery, failuresQuery, useRunCanaries } from '~features/evidence/canaries';
import { ClauseLink } from '~features/policy/ClauseLink';
import { useMay } from '~features/session/session';
import { Problem } from '~shared/api/problem';
import type { BrokenPromise, Canary } from '~shared/api/types';
import { plain } from '~shared/format/words';
import { ActionBadge } from '~shared/ui/Badges';
import { Panel } from '~shared/ui/Page';
import { Failed, Lines, Nothing } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import css from './Evidence.module.css';
import { OwnCanaries } from './OwnCanaries';

const MIDDLE = '(min-width: 48rem)';

const COLUMNS: DataTableColumn<Canary>[] = [
  { accessor: 'clause', title: 'Clause', render: (canary) => <ClauseLink id={canary.clause} /> },
  {
    accessor: 'example',
    title: 'Example',
    visibleMediaQuery: MIDDLE,
    render: ({ own, example }) => own ?? `example ${example}`,
  },
  { accessor: 'tool', title: 'Tool', visibleMediaQuery: MIDDLE },
  { accessor: 'expected', title: 'Promised', render: (canary) => <ActionBadge action={canary.expected} /> },
  { accessor: 'passes', title: 'Kept', render: (canary) => (canary.passes ? 'yes' : <strong>{canary.says}</strong>) },
];

export function CanariesView() {
  const { data, error, refetch } = useQuery(canariesQuery);
  if (error && !data) {
    return <Failed error={error} retry={() => void refetch()} />;
  }
  if (!data) {
    return <Lines count={9} height={28} />;
  }
  return (
    <div className={css.stack}>
      <Runner at={data.at} />
      <Promises />
      <OwnCanaries />
      {data.results.length > 0 && (
        <DataTable
          className={css.table}
          idAccessor={(canary) => `${canary.clause} ${canary.own ?? canary.example}`}
          records={data.results}
          columns={COLUMNS}
          verticalAlign="top"
          scrollAreaProps={{ type: 'never' }}
        />
      )}
      {data.results.length === 0 && (
        <Nothing title="No canary was sent yet">They are sent on schedule; you can also send them now.</Nothing>
      )}
      {data.untested.length > 0 && (
        <Panel title="Not tried">
          <p className="muted">No example of these clauses fits what is decided about tools now.</p>
          <div className={css.chips}>
            {data.untested.map((id) => (
              <ClauseLink key={id} id={id} />
            ))}
          </div>
        </Panel>
      )}
    </div>
  );
}

function Runner({ at }: { at: string | null }) {
  const run = useRunCanaries();
  const may = useMay();
  return (
    <Panel
      title="Does the gate keep the policy’s promises?"
      aside={
        may('run_canaries') && (
          <Button
            leftSection={<IconPlayerPlay size={17} aria-hidden />}
            loading={run.isPending}
            onClick={() => run.mutate()}
          >
            Send canaries now
          </Button>
        )
      }
    >
      <p>
        Canaries are examples of the policy, sent through the live gate as a synthetic person. They must get the verdict
        that the example promises. Nothing of them is recorded as use, and none reaches a tool.
      </p>
      {at && (
        <p className="muted">
          Last sent <Time at={at} as="relative" />.
        </p>
      )}
      {run.error && <Refused error={run.error} />}
    </Panel>
  );
}

function Promises() {
  const { data } = useQuery(failuresQuery);
  const open = data?.filter((promise) => promise.state !== 'closed' && promise.state !== 'merged') ?? [];
  return open.map((promise) => <Promised key={promise.incident} promise={promise} />);
}

function Promised({ promise }: { promise: BrokenPromise }) {
  const may = useMay();
  return (
    <Panel title={`${promise.clause} was not kept`} aside={<span>{plain(promise.state)}</span>}>
      <p>
        {promise.says}. Since <Time at={promise.since} />
        {promise.owner && <>, {promise.owner} looks into it</>}.
      </p>
      {may('read_incidents') && <Link to={`/incidents/${promise.incident}`}>The incident</Link>}
    </Panel>
  );
}

function Refused({ error }: { error: Error }) {
  return (
    <Alert role="alert" color="ink" title={error.message}>
      {error instanceof Problem && error.detail}
    </Alert>
  );
}
