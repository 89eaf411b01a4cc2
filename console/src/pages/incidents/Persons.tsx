import { Button } from '@mantine/core';
import { Link } from 'react-router';

import { useReveal } from '~features/incidents/queries';
import { useMay } from '~features/session/session';
import type { Incident } from '~shared/api/types';
import { Complaint } from '~shared/ui/Complaint';
import { Panel } from '~shared/ui/Page';
import { Word } from '~shared/ui/Word';

import css from './Incidents.module.css';

const RISKS = { low: ['Low risk', 'plain'], elevated: ['Elevated risk', 'busy'], high: ['High risk', 'bad'] } as const;

/** Whom it concerns: pseudonyms, until somebody with the right asks, which is recorded. */
export function Persons({ incident }: { incident: Incident }) {
  const reveal = useReveal(incident.id);
  const may = useMay();
  if (incident.persons.length === 0) {
    return null;
  }
  const named = new Map(reveal.data?.persons.map((person) => [person.pseudonym, person]));
  return (
    <Panel title="People">
      <ul className={css.people}>
        {incident.persons.map((person) => {
          const known = named.get(person.pseudonym);
          const [word, tone] = RISKS[person.risk];
          return (
            <li key={person.pseudonym}>
              <Link to={`/entities/person/${encodeURIComponent(person.pseudonym)}`}>{person.pseudonym}</Link>
              {known && <strong>{known.name ?? known.id}</strong>}
              <span className="muted">{person.department ?? 'department not known'}</span>
              <Word tone={tone}>{word}</Word>
            </li>
          );
        })}
      </ul>
      {may('reveal_people') && !reveal.data && (
        <div>
          <Button variant="default" size="compact-sm" loading={reveal.isPending} onClick={() => reveal.mutate()}>
            Show names
          </Button>
          <p className="muted">That you asked is kept in the audit log.</p>
        </div>
      )}
      <Complaint error={reveal.error} />
    </Panel>
  );
}
