import { useQuery } from '@tanstack/react-query';

import { coverageQuery } from '~features/evidence/queries';
import { ClauseLink } from '~features/policy/ClauseLink';
import { formatCount } from '~shared/format/numbers';
import { plain } from '~shared/format/words';
import { FactList, Panel } from '~shared/ui/Page';
import { Failed, Lines } from '~shared/ui/States';

import css from './Evidence.module.css';

export function CoverageView() {
  const { data, error, refetch } = useQuery(coverageQuery);
  if (error && !data) {
    return <Failed error={error} retry={() => void refetch()} />;
  }
  if (!data) {
    return <Lines count={9} height={28} />;
  }
  return (
    <div className={css.panels}>
      <Panel title="Exchanges of 30 days">
        <FactList
          facts={[
            ['Exchanges', formatCount(data.exchanges)],
            ['Inspected whole', formatCount(data.inspected)],
            ['Answers of tools', data.answers === 'inspected' ? 'are inspected' : 'are not inspected'],
          ]}
        />
      </Panel>
      <Panel title="Why something was not inspected">
        <Counts counts={Object.entries(data.uninspected)} none="Everything was inspected whole." />
      </Panel>
      <Panel title="Tools not inspected whole">
        <Counts
          counts={data.tools.map(({ tool, uninspected, exchanges }) => [
            tool,
            `${formatCount(uninspected)} of ${formatCount(exchanges)}`,
          ])}
          none="There is none."
        />
      </Panel>
      <Panel title="Never opened">
        <Names names={data.pass_through} what="By configuration" none="The configuration names no host." />
        <Names names={data.pinned} what="Cannot be opened" none="The catalogue knows no such tool." />
        <Names names={data.by_name_only} what="Seen by name only" none="No tool was seen by name only." />
      </Panel>
      <Panel title="Clauses that people uphold">
        <p className="muted">No rule checks these; training and acceptance of the policy speak for them.</p>
        <div className={css.chips}>
          {data.by_people.map((id) => (
            <ClauseLink key={id} id={id} />
          ))}
        </div>
      </Panel>
    </div>
  );
}

function Counts({ counts, none }: { counts: [string, number | string][]; none: string }) {
  if (counts.length === 0) {
    return <p className="muted">{none}</p>;
  }
  return (
    <ul className={css.list}>
      {counts.map(([name, count]) => (
        <li key={name}>
          <span>{plain(name)}</span>
          <span>{typeof count === 'number' ? formatCount(count) : count}</span>
        </li>
      ))}
    </ul>
  );
}

function Names({ names, what, none }: { names: string[]; what: string; none: string }) {
  return (
    <p>
      <strong>{what}:</strong> {names.length > 0 ? names.join(', ') : <span className="muted">{none}</span>}
    </p>
  );
}
