import { Link } from 'react-router';

import { useMay } from '~features/session/session';
import type { BacktestReport as Report } from '~shared/api/types';
import { counted, formatCount } from '~shared/format/numbers';
import { familyWords, labelWords } from '~shared/format/words';
import { ActionBadge, ClauseName } from '~shared/ui/Badges';
import { FactList, Panel } from '~shared/ui/Page';
import { Nothing } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import css from './Drafts.module.css';

type Change = Report['changes'][number];

const rate = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });

export function BacktestReport({ report }: { report: Report }) {
  const { records, people, distinct, before, after, changes } = report;
  return (
    <div className={css.stack}>
      <Panel title="In short">
        <FactList
          facts={[
            ['Records', `${formatCount(records)} of ${counted(people, 'person', 'people')}`],
            ['Different cases', formatCount(distinct)],
            ['Interruptions so far', `${rate.format(before.per_person_and_week)} per person and week`],
            ['With this draft', `${rate.format(after.per_person_and_week)} per person and week`],
            ['Passing with something sensitive so far', <Exposed key="before" by={before.exposed} />],
            ['Passing with this draft', <Exposed key="after" by={after.exposed} />],
          ]}
        />
      </Panel>
      <Panel title="Verdicts that change">
        {changes.length === 0 && <Nothing title="No verdict changes" />}
        <ul className={css.list}>
          {changes.map((change) => (
            <li key={`${change.from} ${change.to} ${change.clause}`}>
              <Changed change={change} />
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}

function Exposed({ by }: { by: Record<string, number> }) {
  const told = Object.entries(by).map(([family, count]) => `${familyWords(family)}: ${formatCount(count)}`);
  return told.length > 0 ? told.join(', ') : 'nothing';
}

function Changed({ change }: { change: Change }) {
  const may = useMay();
  return (
    <>
      <p className={css.row}>
        <span>
          <ActionBadge action={change.from} /> → <ActionBadge action={change.to} />
        </span>
        {change.clause ? <ClauseName id={change.clause} /> : <span>no clause speaks of it</span>}
        <strong>
          {counted(change.exchanges, 'exchange')} of {counted(change.people, 'person', 'people')}
        </strong>
      </p>
      <FactList
        facts={[
          ['Tools', most(change.tools)],
          ['Departments', most(change.departments)],
        ]}
      />
      <ul className={css.note}>
        {change.examples.map(({ id, at, tool, findings }) => (
          <li key={id}>
            {may('read_exchanges') ? (
              <Link to={`/exchanges/${id}`}>
                <Time at={at} />
              </Link>
            ) : (
              <Time at={at} />
            )}{' '}
            {tool} {findings.map(({ label, excerpt }) => `${labelWords(label)} ${excerpt}`).join(', ')}
          </li>
        ))}
      </ul>
    </>
  );
}

/** The five with most, and how many. */
function most(counts: Record<string, number>): string {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return sorted
    .slice(0, 5)
    .map(([name, count]) => `${name} ${formatCount(count)}`)
    .join(', ');
}
