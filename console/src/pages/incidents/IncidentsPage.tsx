import { SegmentedControl, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearchParams } from 'react-router';

import { incidentsQuery } from '~features/incidents/queries';
import { CLOSINGS, INCIDENT_STATES, KINDS } from '~features/incidents/words';
import { useSession } from '~features/session/session';
import type { IncidentQuery, IncidentSummary } from '~shared/api/types';
import { counted } from '~shared/format/numbers';
import { SeverityBadge } from '~shared/ui/Badges';
import { Page, Panel } from '~shared/ui/Page';
import { Failed, Lines, Nothing } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';
import { Word } from '~shared/ui/Word';

import css from './Incidents.module.css';
import { Views } from './Views';

const WHICH = [
  { value: 'live', label: 'To do' },
  { value: 'mine', label: 'Mine' },
  { value: 'closed', label: 'Closed' },
  { value: 'all', label: 'All' },
];

/** The queue: what has to be looked at, the gravest first. */
export function IncidentsPage() {
  const [params, setParams] = useSearchParams();
  const { user } = useSession();
  const which = params.get('which') ?? 'live';
  const kind = params.get('kind') as IncidentSummary['kind'] | null;
  const query: IncidentQuery = {
    ...(which === 'live' && { live: true }),
    ...(which === 'mine' && { live: true, owner: user.name }),
    ...(which === 'closed' && { state: 'closed' }),
    ...(kind && { kind }),
  };
  const { data, error, refetch } = useQuery(incidentsQuery(query));
  const set = (name: string, value: string | null) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      value ? next.set(name, value) : next.delete(name);
      return next;
    });
  return (
    <Page
      title="Incidents"
      lead="What deviates from what is usual, and what broke the policy, put together. People are shown by pseudonyms."
    >
      <Views current="queue" />
      <div className={css.filters}>
        <SegmentedControl aria-label="Which" data={WHICH} value={which} onChange={(value) => set('which', value)} />
        <Select
          aria-label="Kind"
          placeholder="Any kind"
          clearable
          data={Object.entries(KINDS).map(([value, label]) => ({ value, label }))}
          value={kind}
          onChange={(value) => set('kind', value)}
        />
      </div>
      <Panel title="Queue" aside={data && <span className="muted">{counted(data.total, 'incident')}</span>}>
        {error && !data ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Lines count={6} height={34} />
        ) : data.items.length === 0 ? (
          <Nothing title="Nothing to do here">
            Incidents open by themselves when something deviates or the policy is broken again and again.
          </Nothing>
        ) : (
          <ul className={css.queue}>
            {data.items.map((incident) => (
              <Item key={incident.id} incident={incident} />
            ))}
          </ul>
        )}
      </Panel>
    </Page>
  );
}

function Item({ incident }: { incident: IncidentSummary }) {
  const navigate = useNavigate();
  const [word, tone] = INCIDENT_STATES[incident.state];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the link inside does the same by keyboard
    <li className={css.item} onClick={() => void navigate(`/incidents/${incident.id}`)}>
      <div className={css.itemHead}>
        <SeverityBadge severity={incident.severity} />
        <Link to={`/incidents/${incident.id}`} onClick={(event) => event.stopPropagation()}>
          {incident.title}
        </Link>
        <span className={css.grow} />
        <Word tone={tone}>{word}</Word>
      </div>
      <p>{incident.headline}</p>
      <p className="muted">
        {incident.about.name}
        {incident.people > 1 && `, ${counted(incident.people, 'person', 'people')}`}
        {incident.latest && (
          <>
            , <Time at={incident.latest} as="relative" />
          </>
        )}
        {incident.owner && `, with ${incident.owner}`}
        {incident.closing && `, ${CLOSINGS[incident.closing].toLowerCase()}`}
      </p>
    </li>
  );
}
