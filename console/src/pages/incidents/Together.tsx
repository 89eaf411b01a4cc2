import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';

import { useMerge, useSplit } from '~features/incidents/queries';
import { useMay } from '~features/session/session';
import type { Incident } from '~shared/api/types';
import { Complaint } from '~shared/ui/Complaint';
import { Panel } from '~shared/ui/Page';
import { Time } from '~shared/ui/Time';

import css from './Incidents.module.css';

/** What belongs together: its evidence, and other incidents close to it. */
export function Together({ incident }: { incident: Incident }) {
  const working = useMay()('handle_incidents') && !['closed', 'merged'].includes(incident.state);
  return (
    <>
      <EvidenceList key={incident.revision} incident={incident} working={working} />
      {incident.related.length > 0 && <Related incident={incident} working={working} />}
    </>
  );
}

function EvidenceList({ incident, working }: { incident: Incident; working: boolean }) {
  const split = useSplit(incident);
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<number[]>([]);
  const splits = working && incident.evidence.length > 1;
  const choose = (place: number, on: boolean) =>
    setChosen((before) => (on ? [...before, place] : before.filter((other) => other !== place)));
  return (
    <Panel title="Evidence">
      <ul className={css.comments}>
        {incident.evidence.map((evidence) => (
          <li key={evidence.place} className={css.evidence}>
            {splits && (
              <Checkbox
                aria-label={`Choose: ${evidence.says[0]}`}
                checked={chosen.includes(evidence.place)}
                onChange={(event) => choose(evidence.place, event.currentTarget.checked)}
              />
            )}
            <div>
              <p>{evidence.says[0]}</p>
              <p className="muted">
                <Time at={evidence.at} />
                {evidence.report && (
                  <>
                    , <Link to={`/reports/${evidence.report}`}>the report</Link>
                  </>
                )}
              </p>
            </div>
          </li>
        ))}
      </ul>
      {splits && (
        <div>
          <Button
            variant="default"
            size="compact-md"
            disabled={chosen.length === 0 || chosen.length === incident.evidence.length}
            loading={split.isPending}
            onClick={() => split.mutate(chosen, { onSuccess: ({ id }) => void navigate(`/incidents/${id}`) })}
          >
            Make another incident of it
          </Button>
        </div>
      )}
      <Complaint error={split.error} />
    </Panel>
  );
}

function Related({ incident, working }: { incident: Incident; working: boolean }) {
  const merge = useMerge(incident);
  const navigate = useNavigate();
  return (
    <Panel title="Close to it">
      <ul className={css.comments}>
        {incident.related.map((other) => (
          <li key={other.id}>
            <p>
              <Link to={`/incidents/${other.id}`}>{other.headline}</Link>
            </p>
            {working && (
              <Button
                variant="subtle"
                size="compact-sm"
                loading={merge.isPending}
                onClick={() => merge.mutate(other.id, { onSuccess: () => void navigate(`/incidents/${other.id}`) })}
              >
                Merge this one into it
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Complaint error={merge.error} />
    </Panel>
  );
}
