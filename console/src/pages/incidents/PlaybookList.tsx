import { Button, TextInput } from '@mantine/core';

import { useTick } from '~features/incidents/queries';
import { useMay } from '~features/session/session';
import type { Incident } from '~shared/api/types';
import { Complaint } from '~shared/ui/Complaint';
import { Panel } from '~shared/ui/Page';
import { Time } from '~shared/ui/Time';

import css from './Incidents.module.css';

type Step = Incident['playbook'][number];

/** What helps with incidents of this kind, step by step. */
export function PlaybookList({ incident }: { incident: Incident }) {
  const may = useMay();
  const tick = useTick(incident);
  const working = may('handle_incidents') && !['closed', 'merged'].includes(incident.state);
  const next = incident.playbook.find(({ done }) => !done)?.id;
  return (
    <Panel title="Next steps">
      <ol className={css.playbook}>
        {incident.playbook.map((step) => (
          <li key={step.id} data-done={step.done ? true : undefined}>
            <p>{step.says}</p>
            <p className="muted">{step.why}</p>
            {step.done && (
              <p className="muted">
                Done by {step.done.by}, <Time at={step.done.at} />: {step.done.note}
              </p>
            )}
            {working && step.id === next && <TickForm step={step} sending={tick.isPending} onTick={tick.mutate} />}
          </li>
        ))}
      </ol>
      <Complaint error={tick.error} />
    </Panel>
  );
}

interface FormProps {
  step: Step;
  sending: boolean;
  onTick: (given: { step: string; note: string }) => void;
}

function TickForm({ step, sending, onTick }: FormProps) {
  return (
    <form
      className={css.row}
      onSubmit={(event) => {
        event.preventDefault();
        onTick({ step: step.id, note: String(new FormData(event.currentTarget).get('note')) });
      }}
    >
      <TextInput name="note" aria-label={`What came of it: ${step.says}`} placeholder="What came of it" required />
      <Button type="submit" variant="default" loading={sending}>
        Done
      </Button>
    </form>
  );
}
