import { Button, Checkbox, NumberInput, Textarea } from '@mantine/core';
import { useState } from 'react';

import { useSuppress } from '~features/incidents/queries';
import { useMay } from '~features/session/session';
import type { Incident, IncidentReason } from '~shared/api/types';
import { Complaint } from '~shared/ui/Complaint';
import { Panel } from '~shared/ui/Page';
import { Scroll } from '~shared/ui/Scroll';

import css from './Incidents.module.css';

/** Reasons shown at first. */
const SHOWN = 5;

/** Why it was raised: observed beside expected, the strongest first. */
export function Reasons({ incident }: { incident: Incident }) {
  const may = useMay();
  const [benign, setBenign] = useState<IncidentReason>();
  return (
    <Panel title="Why it was raised">
      <Scroll label="Reasons">
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">Reason</th>
              <th scope="col">Observed</th>
              <th scope="col">A usual day</th>
              <th scope="col">Peers</th>
              <th scope="col">
                <span className="visually-hidden">What to do</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {incident.reasons.slice(0, SHOWN).map((reason) => (
              <tr key={`${reason.evidence} ${reason.place}`}>
                <th scope="row">{reason.says.split(';')[0]}</th>
                <td className="number">{reason.observed_words}</td>
                <td className="number">{reason.usual_words}</td>
                <td className="number">{reason.peers_words ?? 'none'}</td>
                <td>
                  {may('handle_incidents') && (
                    <Button variant="subtle" size="compact-sm" onClick={() => setBenign(reason)}>
                      This is benign
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {benign && <Benign incident={incident} reason={benign} onDone={() => setBenign(undefined)} />}
    </Panel>
  );
}

/** Makes a rule with an end: deviations like this one then open no incident, and are counted with the rule. */
function Benign({ incident, reason, onDone }: { incident: Incident; reason: IncidentReason; onDone: () => void }) {
  const suppress = useSuppress();
  const [days, setDays] = useState<number | string>(30);
  const [only, setOnly] = useState(reason.tool !== null);
  const [because, setBecause] = useState('');
  return (
    <form
      className={css.form}
      aria-label="This is benign"
      onSubmit={(event) => {
        event.preventDefault();
        suppress.mutate(
          {
            incident: incident.id,
            evidence: reason.evidence,
            reason: reason.place,
            this_tool_only: only,
            days: Number(days),
            because,
          },
          { onSuccess: onDone },
        );
      }}
    >
      <p>
        {reason.says.split(';')[0]}: as much and up to half as much again will open no incident. It is still counted,
        and the rule stands under “What is benign”.
      </p>
      <Textarea
        label="It is benign because"
        autosize
        minRows={2}
        required
        withAsterisk={false}
        value={because}
        onChange={(event) => setBecause(event.currentTarget.value)}
      />
      <NumberInput label="For days" min={1} max={180} value={days} onChange={setDays} />
      {reason.tool && (
        <Checkbox
          label={`At ${reason.tool.name} only`}
          checked={only}
          onChange={(event) => setOnly(event.currentTarget.checked)}
        />
      )}
      <Complaint error={suppress.error} />
      <div className={css.buttons}>
        <Button type="submit" loading={suppress.isPending}>
          Make the rule
        </Button>
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
