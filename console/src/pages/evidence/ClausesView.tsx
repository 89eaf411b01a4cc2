import { useQuery } from '@tanstack/react-query';
import { DataTable, type DataTableColumn } from 'mantine-datatable';

import { evidenceQuery } from '~features/evidence/queries';
import { ClauseLink } from '~features/policy/ClauseLink';
import type { ClauseEvidence } from '~shared/api/types';
import { formatCount } from '~shared/format/numbers';
import { FactList, Panel } from '~shared/ui/Page';
import { Failed, Lines } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import css from './Evidence.module.css';

const MIDDLE = '(min-width: 48rem)';
const WIDE = '(min-width: 68rem)';

const UPHELD = { rule: 'A rule', training: 'Training', people: 'People' } as const;

const COLUMNS: DataTableColumn<ClauseEvidence>[] = [
  { accessor: 'id', title: 'Clause', render: (clause) => <Named clause={clause} /> },
  { accessor: 'upheld_by', title: 'Upheld by', render: (clause) => UPHELD[clause.upheld_by] },
  {
    accessor: 'last_triggered',
    title: 'Last applied',
    visibleMediaQuery: MIDDLE,
    render: ({ last_triggered: at, action }) =>
      at ? <Time at={at} as="relative" /> : <span className="muted">{action ? 'not yet' : '–'}</span>,
  },
  {
    accessor: 'week',
    title: '7 days',
    textAlign: 'right',
    visibleMediaQuery: MIDDLE,
    render: (clause) => formatCount(clause.week),
  },
  { accessor: 'examples', title: 'Examples', render: (clause) => <Passing count={clause.examples} /> },
  {
    accessor: 'canaries',
    title: 'Canaries',
    visibleMediaQuery: MIDDLE,
    render: (clause) => <Passing count={clause.canaries} />,
  },
  {
    accessor: 'trained',
    title: 'Trained',
    visibleMediaQuery: WIDE,
    render: (clause) => <Share count={clause.trained} none="no module" />,
  },
  {
    accessor: 'attested',
    title: 'Accepted',
    visibleMediaQuery: WIDE,
    render: (clause) => <Share count={clause.attested} none="–" />,
  },
  { accessor: 'open_exceptions', title: 'Exceptions', textAlign: 'right', visibleMediaQuery: WIDE },
];

export function ClausesView() {
  const { data, error, refetch } = useQuery(evidenceQuery);
  if (error && !data) {
    return <Failed error={error} retry={() => void refetch()} />;
  }
  if (!data) {
    return <Lines count={9} height={28} />;
  }
  const { people } = data;
  return (
    <div className={css.stack}>
      <Panel title="People">
        <FactList
          facts={[
            ['In the directory', formatCount(people.people)],
            ['Have accepted the policy', `${formatCount(people.attested)} of ${formatCount(people.people)}`],
            ...Object.entries(people.trained).map(([module, count]): [string, string] => [
              `Trained in ${module}`,
              `${formatCount(count)} of ${formatCount(people.people)}`,
            ]),
          ]}
        />
      </Panel>
      <DataTable
        className={css.table}
        records={data.clauses}
        columns={COLUMNS}
        verticalAlign="top"
        scrollAreaProps={{ type: 'never' }}
      />
    </div>
  );
}

function Named({ clause }: { clause: ClauseEvidence }) {
  return (
    <>
      <ClauseLink id={clause.id} />
      <span className={css.sub}>{clause.title}</span>
    </>
  );
}

/** How many of the people who should. */
function Share({ count: { passing, total }, none }: { count: { passing: number; total: number }; none: string }) {
  return total === 0 ? (
    <span className="muted">{none}</span>
  ) : (
    <span>
      {formatCount(passing)} of {formatCount(total)}
    </span>
  );
}

function Passing({ count: { passing, total } }: { count: { passing: number; total: number } }) {
  if (total === 0) {
    return <span className="muted">none</span>;
  }
  return <>{passing === total ? `${total} pass` : `${total - passing} of ${total} fail`}</>;
}
