import { useQuery } from '@tanstack/react-query';
import { DataTable, type DataTableColumn } from 'mantine-datatable';
import { Link, useSearchParams } from 'react-router';

import { movementsQuery } from '~features/ai-use/queries';
import { exchangesLink } from '~features/exchanges/filter';
import type { DataMovement, MovementQuery } from '~shared/api/types';
import { formatBytes, formatCount } from '~shared/format/numbers';
import { ACCOUNT_WORDS, labelWords } from '~shared/format/words';
import { Page } from '~shared/ui/Page';
import { Failed, Lines, Nothing } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import css from './AiUsePage.module.css';
import { daysOf, SpanControl } from './Span';

const MIDDLE = '(min-width: 48rem)';
/** Every column restricts the list to what its link says. */
const KEYS = ['label', 'registered', 'person', 'tool'] as const;

type Restriction = Partial<Record<(typeof KEYS)[number], string>>;

/** Which data people moved to which tool, in exchanges that reached it as they were. */
export function MovementsPage() {
  const [params] = useSearchParams();
  const days = daysOf(params);
  const only: Restriction = Object.fromEntries(
    KEYS.flatMap((key) => {
      const value = params.get(key);
      return value ? [[key, value]] : [];
    }),
  );
  const { data, error, refetch } = useQuery(movementsQuery({ days, ...only } as MovementQuery));
  return (
    <Page
      title="Data movement"
      lead="Which kinds of data, and which registered documents, reached a tool as they were: by whom, how much, with which account."
    >
      <SpanControl days={days} />
      {Object.keys(only).length > 0 && (
        <p>
          Only {Object.values(only).join(', ')}. <Link to={`?days=${days}`}>Show everything</Link>
        </p>
      )}
      {error && !data ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Lines count={9} height={28} />
      ) : data.movements.length === 0 ? (
        <Nothing title="Nothing was moved">No exchange with such data reached a tool in this time.</Nothing>
      ) : (
        <>
          <DataTable
            className={css.table}
            idAccessor={(row) => [row.label, row.registered, row.person, row.department, row.tool, row.account].join()}
            records={data.movements}
            columns={columns(days)}
            verticalAlign="top"
            height="auto"
            scrollAreaProps={{ type: 'never' }}
          />
          {data.more && <p className="muted">There are more; these are those of most bytes. Choose what to look at.</p>}
        </>
      )}
    </Page>
  );
}

function columns(days: number): DataTableColumn<DataMovement>[] {
  const restrict = (only: Restriction) => `?${new URLSearchParams({ days: String(days), ...only })}`;
  return [
    {
      accessor: 'label',
      title: 'Data',
      render: ({ label, registered }) =>
        registered ? (
          <>
            <Link to={restrict({ registered })}>{registered}</Link>
            <span className={css.sub}>registered</span>
          </>
        ) : (
          label && <Link to={restrict({ label })}>{labelWords(label)}</Link>
        ),
    },
    {
      accessor: 'person',
      title: 'Person',
      render: ({ person, department }) => (
        <>
          <Link to={restrict({ person })}>{person}</Link>
          <span className={css.sub}>{department}</span>
        </>
      ),
    },
    {
      accessor: 'tool',
      title: 'Tool',
      render: ({ tool, tool_name, account }) => (
        <>
          <Link to={restrict({ tool })}>{tool_name}</Link>
          <span className={css.sub}>{ACCOUNT_WORDS[account]}</span>
        </>
      ),
    },
    { accessor: 'bytes_up', title: 'Sent', textAlign: 'right', render: ({ bytes_up }) => formatBytes(bytes_up) },
    {
      accessor: 'exchanges',
      title: 'Exchanges',
      textAlign: 'right',
      render: ({ label, person, tool, exchanges }) =>
        label ? (
          <Link to={exchangesLink({ label, person, tool })}>{formatCount(exchanges)}</Link>
        ) : (
          formatCount(exchanges)
        ),
    },
    {
      accessor: 'first',
      title: 'First',
      visibleMediaQuery: MIDDLE,
      render: ({ first }) => <Time at={first} as="relative" />,
    },
    {
      accessor: 'last',
      title: 'Latest',
      visibleMediaQuery: MIDDLE,
      render: ({ last }) => <Time at={last} as="relative" />,
    },
  ];
}
