import { Alert, Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { rolloutQuery, useMoveRollout } from '~features/drafts/queries';
import { policyQuery } from '~features/policy/queries';
import { useMay } from '~features/session/session';
import { Problem } from '~shared/api/problem';
import type { Rollout } from '~shared/api/types';
import { Panel } from '~shared/ui/Page';
import { Failed, Lines } from '~shared/ui/States';

import css from './Drafts.module.css';
import { StageFields, type Stages } from './StageFields';
import { STAGE_MEANS, STAGE_WORDS } from './words';

/** How strictly the policy in force is carried out. */
export function RolloutPanel() {
  const { data, error, refetch } = useQuery(rolloutQuery);
  const may = useMay();
  const [moving, setMoving] = useState(false);
  const change = data && may('publish_policy') && (
    <Button size="compact-md" variant="default" onClick={() => setMoving(true)}>
      Change the rollout
    </Button>
  );
  return (
    <Panel title="Rollout" aside={change}>
      {data ? (
        <Standing rollout={data} />
      ) : error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <Lines count={2} />
      )}
      {moving && data && <Move rollout={data} onClose={() => setMoving(false)} />}
    </Panel>
  );
}

function Standing({ rollout }: { rollout: Rollout }) {
  const { whole, clauses, groups } = rollout;
  const exceptions = [...Object.entries(clauses), ...Object.entries(groups)];
  return (
    <>
      <p>
        <strong>{STAGE_WORDS[whole]}</strong>: {STAGE_MEANS[whole]}
      </p>
      <ul>
        {exceptions.map(([name, stage]) => (
          <li key={name}>
            {name}: {STAGE_WORDS[stage]}
          </li>
        ))}
      </ul>
    </>
  );
}

function Move({ rollout, onClose }: { rollout: Rollout; onClose: () => void }) {
  const [stages, setStages] = useState<Stages>(rollout);
  const policy = useQuery(policyQuery);
  const move = useMoveRollout();
  const { whole, clauses, groups } = stages;
  return (
    <Modal opened onClose={onClose} size="lg" title="Change the rollout" closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className={css.form}>
        <StageFields value={stages} clauses={policy.data?.clauses.map(({ id }) => id) ?? []} onChange={setStages} />
        {move.error && (
          <Alert role="alert" color="ink" title={move.error.message}>
            {move.error instanceof Problem && move.error.detail}
          </Alert>
        )}
        <div className={css.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            loading={move.isPending}
            onClick={() =>
              move.mutate({ revision: rollout.revision, stages: { whole, clauses, groups } }, { onSuccess: onClose })
            }
          >
            Apply
          </Button>
        </div>
      </div>
    </Modal>
  );
}
