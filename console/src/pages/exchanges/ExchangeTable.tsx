import { Button } from '@mantine/core';
import { DataTable, type DataTableColumn } from 'mantine-datatable';
import { Link, useLocation, useNavigate } from 'react-router';

import { ClauseLink } from '~features/policy/ClauseLink';
import type { ExchangeSummary } from '~shared/api/types';
import { ACCOUNT_WORDS, OUTCOME_WORDS, plain } from '~shared/format/words';
import { ActionBadge, LabelChip } from '~shared/ui/Badges';
import { Lines, Nothing } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import css from './ExchangesPage.module.css';

const WIDE = '(min-width: 75rem)';
const MIDDLE = '(min-width: 48rem)';

const COLUMNS: DataTableColumn<ExchangeSummary>[] = [
  { accessor: 'at', title: 'Time', render: (row) => <When row={row} /> },
  { accessor: 'tool', title: 'Tool', render: (row) => <What row={row} /> },
  { accessor: 'person', title: 'Person', visibleMediaQuery: MIDDLE, render: (row) => <Who row={row} /> },
  { accessor: 'labels', title: 'Found', visibleMediaQuery: WIDE, render: (row) => <Found row={row} /> },
  { accessor: 'action', title: 'Verdict', render: (row) => <Said row={row} /> },
  {
    accessor: 'clause',
    title: 'Clause',
    visibleMediaQuery: MIDDLE,
    render: (row) => (row.clause ? <ClauseLink id={row.clause} /> : <span className="muted">none</span>),
  },
];

interface Props {
  /** Absent while the first page is on its way. */
  rows: ExchangeSummary[] | undefined;
  filtered: boolean;
  more: (() => void) | undefined;
  loadingMore: boolean;
}

export function ExchangeTable({ rows, filtered, more, loadingMore }: Props) {
  const open = useOpen();
  if (!rows) {
    return <Lines count={10} height={28} />;
  }
  if (rows.length === 0) {
    return (
      <Nothing title={filtered ? 'No exchange matches these filters' : 'No exchanges yet'}>
        {filtered
          ? 'Take a filter away, or wait: with “Live” on, new ones appear by themselves.'
          : 'As soon as somebody uses an AI tool through Bylaw, it appears here.'}
      </Nothing>
    );
  }
  return (
    <>
      <DataTable
        className={css.table}
        records={rows}
        columns={COLUMNS}
        highlightOnHover
        verticalAlign="top"
        onRowClick={({ record, event }) => {
          // Links inside a row lead where they say.
          if (!(event.target as Element).closest('a')) {
            open(record.id);
          }
        }}
        scrollAreaProps={{ type: 'never' }}
      />
      <div className={css.more}>
        {more ? (
          <Button variant="default" loading={loadingMore} onClick={more}>
            Show older exchanges
          </Button>
        ) : (
          <span className="muted">That is all there is.</span>
        )}
      </div>
    </>
  );
}

function useOpen() {
  const navigate = useNavigate();
  const { search } = useLocation();
  return (id: string) => void navigate(`/exchanges/${id}${search}`, { preventScrollReset: true });
}

function When({ row }: { row: ExchangeSummary }) {
  const { search } = useLocation();
  return (
    <Link to={`/exchanges/${row.id}${search}`} preventScrollReset>
      <Time at={row.at} />
      <span className="visually-hidden">, open the exchange with {row.tool_name}</span>
    </Link>
  );
}

function What({ row }: { row: ExchangeSummary }) {
  return (
    <>
      <span className={css.strong}>{row.tool_name}</span>
      <span className={css.sub}>
        {plain(row.activity)}
        <span className={css.minor}> · {ACCOUNT_WORDS[row.account]}</span>
      </span>
    </>
  );
}

function Who({ row }: { row: ExchangeSummary }) {
  return (
    <>
      <span>{row.person}</span>
      <span className={css.sub}>{row.department ?? 'No department'}</span>
    </>
  );
}

function Found({ row }: { row: ExchangeSummary }) {
  if (row.uninspected) {
    return <span className="muted">Not inspected</span>;
  }
  return (
    <span className={css.labels}>
      {row.labels.slice(0, 3).map((label) => (
        <LabelChip key={label} label={label} />
      ))}
      {row.labels.length > 3 && <span className="muted">+{row.labels.length - 3}</span>}
    </span>
  );
}

function Said({ row }: { row: ExchangeSummary }) {
  return (
    <>
      <ActionBadge action={row.action} />
      <span className={css.sub}>{OUTCOME_WORDS[row.outcome]}</span>
    </>
  );
}
