import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';

import { entityQuery } from '~features/incidents/queries';
import { INCIDENT_STATES } from '~features/incidents/words';
import type { Entity } from '~shared/api/types';
import { counted, formatBytes } from '~shared/format/numbers';
import { formatDay } from '~shared/format/times';
import { plain } from '~shared/format/words';
import { LabelChip } from '~shared/ui/Badges';
import { FactList, Page, Panel } from '~shared/ui/Page';
import { Scroll } from '~shared/ui/Scroll';
import { Failed, Lines } from '~shared/ui/States';
import { Word } from '~shared/ui/Word';

import { HoursMap } from './HoursMap';
import css from './Incidents.module.css';

type Kind = Entity['about']['kind'];

/** How a person, a department or a tool usually looks. */
export function EntityPage() {
  const { kind = 'person', name = '' } = useParams();
  const { data, error, refetch } = useQuery(entityQuery(kind as Kind, name));
  if (!data) {
    return (
      <Page title="Usual use">
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Lines count={9} />}
      </Page>
    );
  }
  const exchanges = data.days.reduce((sum, day) => sum + day.exchanges, 0);
  const bytes = data.days.reduce((sum, day) => sum + day.bytes, 0);
  return (
    <Page
      title={data.about.name}
      lead="The last 28 days. People are shown by pseudonyms."
      actions={<Link to="/incidents">All incidents</Link>}
    >
      <div className={css.columns}>
        <div className={css.stack}>
          <Panel title="Hours of the week">
            <HoursMap hours={data.hours} />
          </Panel>
          {data.bands.length > 0 && (
            <Panel title="A usual day">
              <Bands entity={data} />
            </Panel>
          )}
          <Panel title="Tools">
            <Shares entity={data} />
          </Panel>
        </div>
        <div className={css.stack}>
          <Panel title="In short">
            <FactList
              facts={[
                ['Department', data.department],
                ['Exchanges', counted(exchanges, 'exchange')],
                ['Sent', formatBytes(bytes)],
                ['Active', counted(data.days.length, 'day')],
                ['Risk', data.about.kind === 'person' && plain(data.risk)],
              ]}
            />
            {data.raised.map(({ level, until, because }) => (
              <p key={`${level} ${until}`} className="muted">
                {plain(level)} until {formatDay(until)}: {because}
              </p>
            ))}
          </Panel>
          <Panel title="Data">
            {data.labels.length === 0 && <p className="muted">Nothing sensitive was found.</p>}
            <ul className={css.chips}>
              {data.labels.map(({ label, exchanges }) => (
                <li key={label}>
                  <LabelChip label={label} count={exchanges} />
                </li>
              ))}
            </ul>
          </Panel>
          <Panel title="Incidents">
            {data.incidents.length === 0 && <p className="muted">None.</p>}
            <ul className={css.comments}>
              {data.incidents.map((incident) => {
                const [word, tone] = INCIDENT_STATES[incident.state];
                return (
                  <li key={incident.id} className={css.row}>
                    <Link to={`/incidents/${incident.id}`}>{incident.title}</Link>
                    <Word tone={tone}>{word}</Word>
                  </li>
                );
              })}
            </ul>
          </Panel>
        </div>
      </div>
    </Page>
  );
}

function Bands({ entity }: { entity: Entity }) {
  return (
    <Scroll label="Measures">
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">Measure</th>
            <th scope="col">Today so far</th>
            <th scope="col">A usual day</th>
            <th scope="col">Peers</th>
          </tr>
        </thead>
        <tbody>
          {entity.bands.map(({ channel, name, observed, usual, peers }) => (
            <tr key={channel}>
              <th scope="row">{name}</th>
              <td className="number">{observed}</td>
              <td className="number">{usual}</td>
              <td className="number">{peers ?? 'none'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Shares({ entity }: { entity: Entity }) {
  if (entity.tools.length === 0) {
    return <p className="muted">No use in this time.</p>;
  }
  return (
    <Scroll label="Use by tool">
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">Tool</th>
            <th scope="col">Exchanges</th>
            <th scope="col">Sent</th>
            <th scope="col">First seen</th>
          </tr>
        </thead>
        <tbody>
          {entity.tools.map(({ tool, exchanges, bytes, first }) => (
            <tr key={tool.id}>
              <th scope="row">
                <Link to={`/tools/${tool.id}`}>{tool.name}</Link>
              </th>
              <td className="number">{exchanges}</td>
              <td className="number">{formatBytes(bytes)}</td>
              <td>{formatDay(first)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
