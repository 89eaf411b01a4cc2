import { DataTable, type DataTableColumn } from 'mantine-datatable';
import { Link, useLocation, useNavigate } from 'react-router';

import type { Tool } from '~shared/api/types';
import { formatCount } from '~shared/format/numbers';
import { plain } from '~shared/format/words';
import { LabelChip, StateBadge } from '~shared/ui/Badges';
import { Lines, Nothing } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import css from './ToolsPage.module.css';

const WIDE = '(min-width: 68rem)';
const MIDDLE = '(min-width: 48rem)';

const COLUMNS: DataTableColumn<Tool>[] = [
  { accessor: 'name', title: 'Tool', render: (tool) => <Name tool={tool} /> },
  { accessor: 'state', title: 'State', render: (tool) => <StateBadge state={tool.state} /> },
  {
    accessor: 'approved_for',
    title: 'Approved for',
    visibleMediaQuery: WIDE,
    render: (tool) => <Approved tool={tool} />,
  },
  {
    accessor: 'exchanges',
    title: 'Exchanges',
    textAlign: 'right',
    visibleMediaQuery: MIDDLE,
    render: (tool) => formatCount(tool.exchanges),
  },
  {
    accessor: 'people',
    title: 'People',
    textAlign: 'right',
    visibleMediaQuery: MIDDLE,
    render: (tool) => formatCount(tool.people),
  },
  {
    accessor: 'last_seen',
    title: 'Last seen',
    visibleMediaQuery: MIDDLE,
    render: (tool) =>
      tool.last_seen ? <Time at={tool.last_seen} as="relative" /> : <span className="muted">never</span>,
  },
];

export function ToolTable({ tools }: { tools: Tool[] | undefined }) {
  const navigate = useNavigate();
  const { search } = useLocation();
  if (!tools) {
    return <Lines count={9} height={28} />;
  }
  if (tools.length === 0) {
    return <Nothing title="No tool fits">Choose another state, or take the search away.</Nothing>;
  }
  return (
    <DataTable
      className={css.table}
      records={tools}
      columns={COLUMNS}
      highlightOnHover
      verticalAlign="top"
      height="auto"
      onRowClick={({ record, event }) => {
        if (!(event.target as Element).closest('a')) {
          void navigate(`/tools/${record.id}${search}`, { preventScrollReset: true });
        }
      }}
      scrollAreaProps={{ type: 'never' }}
    />
  );
}

function Name({ tool }: { tool: Tool }) {
  const { search } = useLocation();
  return (
    <>
      <Link to={`/tools/${tool.id}${search}`} preventScrollReset className={css.name}>
        {tool.name}
      </Link>
      <span className={css.sub}>
        {tool.vendor} · {plain(tool.category)}
      </span>
    </>
  );
}

function Approved({ tool }: { tool: Tool }) {
  if (tool.approved_for.length === 0) {
    return <span className="muted">no sensitive data</span>;
  }
  return (
    <span className={css.labels}>
      {tool.approved_for.map((label) => (
        <LabelChip key={label} label={label} />
      ))}
    </span>
  );
}
