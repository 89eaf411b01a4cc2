import { Button, NumberInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { rubricQuery, useWeights } from '~features/requests/queries';
import { useMay } from '~features/session/session';
import type { ToolRubric } from '~shared/api/types';
import { Panel } from '~shared/ui/Page';
import queue from '~shared/ui/queue.module.css';
import { Refused } from '~shared/ui/Refused';
import { Failed, Lines } from '~shared/ui/States';

/** How much each question counts; scores change at once, decisions do not. */
export function RubricPanel() {
  const { data, error, refetch } = useQuery(rubricQuery);
  return (
    <Panel title="Rubric">
      {error && !data ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data ? (
        <Weights key={data.revision} rubric={data} />
      ) : (
        <Lines count={3} />
      )}
    </Panel>
  );
}

function Weights({ rubric }: { rubric: ToolRubric }) {
  const may = useMay();
  const save = useWeights(rubric.revision);
  const questions = rubric.questionnaire.sections.flatMap((section) => section.questions);
  const usual = new Map(questions.map(({ id, weight }) => [id, weight]));
  const [weights, setWeights] = useState<Record<string, number>>(rubric.weights);
  const changed = Object.fromEntries(Object.entries(weights).filter(([id, weight]) => usual.get(id) !== weight));
  return (
    <details>
      <summary>How much each question counts</summary>
      <form
        className={queue.form}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(changed);
        }}
      >
        {questions.map(({ id, asks, weight }) => (
          <NumberInput
            key={id}
            label={asks}
            description={`Usually ${weight}.`}
            min={0}
            max={10}
            allowDecimal={false}
            clampBehavior="strict"
            disabled={!may('decide_tools')}
            value={weights[id] ?? weight}
            onChange={(value) => setWeights({ ...weights, [id]: Number(value) })}
          />
        ))}
        <Refused error={save.error} />
        {save.isSuccess && <p role="status">Saved. Scores count by it from now on.</p>}
        {may('decide_tools') && (
          <div className={queue.buttons}>
            <Button type="submit" loading={save.isPending}>
              Save weights
            </Button>
          </div>
        )}
      </form>
    </details>
  );
}
