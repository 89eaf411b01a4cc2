import { Link } from 'react-router';

import { exchangesLink } from '~features/exchanges/filter';
import { clauseLink } from '~features/policy/queries';
import type { Overview } from '~shared/api/types';
import { formatCount, formatShare } from '~shared/format/numbers';
import { familyWords, labelWords } from '~shared/format/words';
import { ActionMark, ClauseName } from '~shared/ui/Badges';
import { Bars, Sparkline } from '~shared/ui/Bars';
import { Panel } from '~shared/ui/Page';

import css from './OverviewPage.module.css';

const SHOWN = 7;

export function Tools({ rows }: { rows: Overview['by_tool'] }) {
  return (
    <Panel title="Tools" aside={<Link to="/tools">All tools</Link>}>
      <Bars
        bars={rows.slice(0, SHOWN).map(({ tool, name, count, series }) => ({
          key: tool,
          name: <span>{name}</span>,
          count,
          to: exchangesLink({ tool }),
          aside: <Sparkline series={series} />,
        }))}
      />
    </Panel>
  );
}

export function Labels({ rows }: { rows: Overview['by_label'] }) {
  return (
    <Panel title="What was found" aside={<span className="muted">by label</span>}>
      {rows.length === 0 && <p className="muted">Nothing sensitive was found.</p>}
      <Bars
        bars={rows.slice(0, SHOWN).map(({ label, count }) => ({
          key: label,
          name: (
            <span>
              {labelWords(label)} {label.includes('.') && <span className="muted">{familyWords(label)}</span>}
            </span>
          ),
          count,
          to: exchangesLink({ label }),
        }))}
      />
    </Panel>
  );
}

export function Clauses({ rows }: { rows: Overview['top_clauses'] }) {
  return (
    <Panel title="Clauses at work" aside={<Link to="/policy">The policy</Link>}>
      {rows.length === 0 && <p className="muted">No clause applied.</p>}
      <Bars
        bars={rows.slice(0, SHOWN).map(({ clause, title, count, action }) => ({
          key: clause,
          name: (
            <>
              <ActionMark action={action} />
              <ClauseName id={clause} />
              <span title={title}>{title}</span>
            </>
          ),
          count,
          tone: action,
          to: clauseLink(clause),
        }))}
      />
    </Panel>
  );
}

export function Departments({ rows }: { rows: Overview['departments'] }) {
  return (
    <Panel title="Departments">
      <Table
        head={['Department', 'Exchanges', 'Interventions', 'People']}
        rows={rows.map((row) => [
          <Link key="name" to={exchangesLink({ department: row.department })}>
            {row.department}
          </Link>,
          formatCount(row.exchanges),
          <Share key="share" part={row.interventions} total={row.exchanges} />,
          formatCount(row.people),
        ])}
      />
    </Panel>
  );
}

export function People({ rows }: { rows: Overview['people'] }) {
  return (
    <Panel title="People" aside={<span className="muted">under pseudonyms</span>}>
      <Table
        head={['Person', 'Exchanges', 'Interventions']}
        rows={rows.slice(0, SHOWN).map((row) => [
          <Link key="name" to={exchangesLink({ person: row.pseudonym })}>
            {row.pseudonym}
          </Link>,
          formatCount(row.exchanges),
          <Share key="share" part={row.interventions} total={row.exchanges} />,
        ])}
      />
    </Panel>
  );
}

function Share({ part, total }: { part: number; total: number }) {
  return (
    <>
      {formatCount(part)} <span className={css.share}>{formatShare(part, total)}</span>
    </>
  );
}

function Table({ head, rows }: { head: string[]; rows: React.ReactNode[][] }) {
  return (
    <table className={css.table}>
      <thead>
        <tr>
          {head.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((cells, row) => (
          // rows stand for their rank
          <tr key={row}>
            {cells.map((cell, column) => (
              <td key={head[column]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
