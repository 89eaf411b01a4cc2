import { DataTable, type DataTableColumn } from 'mantine-datatable';
import { Link } from 'react-router';

import { exchangesLink } from '~features/exchanges/filter';
import type { UsedTool } from '~shared/api/types';
import { formatBytes, formatCount } from '~shared/format/numbers';
import { ACCOUNT_WORDS, plain, SOURCE_WORDS, VISIBILITY_WORDS } from '~shared/format/words';
import { StateBadge } from '~shared/ui/Badges';
import { Sparkline } from '~shared/ui/Bars';
import { Time } from '~shared/ui/Time';

import css from './AiUsePage.module.css';

const WIDE = '(min-width: 75rem)';
const MIDDLE = '(min-width: 48rem)';

const COLUMNS: DataTableColumn<UsedTool>[] = [
  { accessor: 'name', title: 'Tool', render: (tool) => <Name tool={tool} /> },
  { accessor: 'state', title: 'State', render: (tool) => <StateBadge state={tool.state} /> },
  { accessor: 'people', title: 'People', textAlign: 'right', render: (tool) => <People tool={tool} /> },
  {
    accessor: 'exchanges',
    title: 'Exchanges',
    textAlign: 'right',
    visibleMediaQuery: MIDDLE,
    render: (tool) => <Exchanges tool={tool} />,
  },
  {
    accessor: 'bytes_up',
    title: 'Sent / received',
    textAlign: 'right',
    visibleMediaQuery: MIDDLE,
    render: (tool) => `${formatBytes(tool.bytes_up)} / ${formatBytes(tool.bytes_down)}`,
  },
  { accessor: 'accounts', title: 'Accounts', visibleMediaQuery: WIDE, render: (tool) => <Accounts tool={tool} /> },
  { accessor: 'visibility', title: 'Seen', visibleMediaQuery: WIDE, render: (tool) => <Seen tool={tool} /> },
  {
    accessor: 'first_seen',
    title: 'First seen',
    visibleMediaQuery: MIDDLE,
    render: (tool) => (tool.first_seen ? <Time at={tool.first_seen} as="relative" /> : null),
  },
];

export function UseTable({ tools }: { tools: UsedTool[] }) {
  return (
    <DataTable
      className={css.table}
      idAccessor="tool"
      records={tools}
      columns={COLUMNS}
      verticalAlign="top"
      height="auto"
      scrollAreaProps={{ type: 'never' }}
    />
  );
}

function Name({ tool }: { tool: UsedTool }) {
  return (
    <>
      <Link to={`/tools/${tool.tool}?state=all`} className={css.name}>
        {tool.name}
      </Link>
      <span className={css.sub}>{[tool.vendor, plain(tool.category)].filter(Boolean).join(' · ')}</span>
    </>
  );
}

function People({ tool }: { tool: UsedTool }) {
  const departments = Object.entries(tool.departments).sort(([, a], [, b]) => b - a);
  return (
    <>
      {formatCount(tool.people)}
      <span className={css.sub}>
        {departments
          .slice(0, 3)
          .map(([name, people]) => `${name} ${people}`)
          .join(', ')}
        {departments.length > 3 && ` and ${departments.length - 3} more`}
      </span>
    </>
  );
}

function Exchanges({ tool }: { tool: UsedTool }) {
  return (
    <Link to={exchangesLink({ tool: tool.tool })} className={css.count}>
      <Sparkline series={tool.trend} />
      {formatCount(tool.exchanges)}
    </Link>
  );
}

function Accounts({ tool }: { tool: UsedTool }) {
  return <Shares of={tool.accounts} words={ACCOUNT_WORDS} />;
}

function Seen({ tool }: { tool: UsedTool }) {
  const sources = Object.keys(tool.sources) as (keyof typeof SOURCE_WORDS)[];
  return (
    <>
      <Shares of={tool.visibility} words={VISIBILITY_WORDS} />
      <span className={css.sub}>by {sources.map((source) => SOURCE_WORDS[source].toLowerCase()).join(', ')}</span>
    </>
  );
}

function Shares<Key extends string>({ of, words }: { of: Partial<Record<Key, number>>; words: Record<Key, string> }) {
  const shares = (Object.entries(of) as [Key, number][]).filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
  return (
    <span className={css.shares}>
      {shares.map(([key, count]) => (
        <span key={key}>
          {words[key]} {formatCount(count)}
        </span>
      ))}
    </span>
  );
}
