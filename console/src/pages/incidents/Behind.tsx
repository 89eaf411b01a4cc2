import { Link } from 'react-router';

import type { Incident } from '~shared/api/types';
import { formatBytes } from '~shared/format/numbers';
import { ActionBadge } from '~shared/ui/Badges';
import { Panel } from '~shared/ui/Page';
import { Scroll } from '~shared/ui/Scroll';
import { Time } from '~shared/ui/Time';

import css from './Incidents.module.css';

/** Where all exchanges of that time are listed. */
function pivot({ about, began, latest }: Incident): string | undefined {
  if (!began || !latest || !['person', 'department', 'tool'].includes(about.kind)) {
    return undefined;
  }
  const until = new Date(Date.parse(latest) + 1).toISOString();
  const query = new URLSearchParams({ from: began, to: until });
  query.set(about.kind, about.kind === 'tool' ? (about.id ?? about.name) : about.name);
  return `/exchanges?${query}`;
}

/** The exchanges behind an incident, and one click to all of them. */
export function Behind({ incident }: { incident: Incident }) {
  const all = pivot(incident);
  return (
    <Panel title="Exchanges behind it" aside={all && <Link to={all}>All of that time</Link>}>
      {incident.exchanges.length === 0 ? (
        <p className="muted">No exchange that is still kept belongs to it.</p>
      ) : (
        <Scroll label="Exchanges behind it">
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">Tool</th>
                <th scope="col">Sent</th>
                <th scope="col">Policy</th>
              </tr>
            </thead>
            <tbody>
              {incident.exchanges.slice(0, 10).map((exchange) => (
                <tr key={exchange.id}>
                  <td>
                    <Link to={`/exchanges/${exchange.id}`}>
                      <Time at={exchange.at} />
                    </Link>
                  </td>
                  <td>{exchange.tool_name}</td>
                  <td className="number">{formatBytes(exchange.bytes_up)}</td>
                  <td>
                    <ActionBadge action={exchange.action} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  );
}
