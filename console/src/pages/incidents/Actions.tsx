import { Button, Select, Textarea } from '@mantine/core';
import { useState } from 'react';

import { useStep } from '~features/incidents/queries';
import { CLOSINGS } from '~features/incidents/words';
import type { Incident, IncidentStep } from '~shared/api/types';
import { Complaint } from '~shared/ui/Complaint';

import css from './Incidents.module.css';

const NEXT: Record<Incident['state'], [string, IncidentStep][]> = {
  open: [['Take it', { triage: {} }]],
  triaged: [
    ['Look into it', { investigate: {} }],
    ['It is contained', { contain: {} }],
  ],
  investigating: [['It is contained', { contain: {} }]],
  contained: [['Look into it again', { investigate: {} }]],
  closed: [['Open it again', { reopen: {} }]],
  merged: [],
};

/** What its owner can do next. */
export function Actions({ incident }: { incident: Incident }) {
  const step = useStep(incident);
  const [closing, setClosing] = useState<string | null>(null);
  const [because, setBecause] = useState('');
  const closable = ['triaged', 'investigating', 'contained'].includes(incident.state);
  return (
    <div className={css.form}>
      <div className={css.buttons}>
        {NEXT[incident.state].map(([word, given], place) => (
          <Button
            key={word}
            variant={place === 0 ? 'filled' : 'default'}
            loading={step.isPending}
            onClick={() => step.mutate(given)}
          >
            {word}
          </Button>
        ))}
      </div>
      {closable && (
        <form
          className={css.form}
          aria-label="Close"
          onSubmit={(event) => {
            event.preventDefault();
            step.mutate({ close: { closing: closing as NonNullable<Incident['closing']>, because } });
          }}
        >
          <Select
            label="It was"
            placeholder="Choose"
            data={Object.entries(CLOSINGS).map(([value, label]) => ({ value, label }))}
            value={closing}
            onChange={setClosing}
          />
          <Textarea
            label="Because"
            autosize
            minRows={2}
            value={because}
            onChange={(event) => setBecause(event.currentTarget.value)}
          />
          <div>
            <Button
              type="submit"
              variant="default"
              disabled={!closing || because.trim() === ''}
              loading={step.isPending}
            >
              Close it
            </Button>
          </div>
        </form>
      )}
      <Complaint error={step.error} />
    </div>
  );
}
