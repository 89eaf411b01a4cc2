import { Alert, Button, Modal, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';

import { useRollBack, versionDifferencesQuery, versionsQuery } from '~features/drafts/queries';
import { useMay } from '~features/session/session';
import { Problem } from '~shared/api/problem';
import type { Publication } from '~shared/api/types';
import { Panel } from '~shared/ui/Page';
import { Failed, Lines, Nothing } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import { DifferenceList } from './DifferenceList';
import css from './Drafts.module.css';

/** The versions that were in force, and the way back to one. */
export function Versions() {
  const { data, error, refetch } = useQuery(versionsQuery);
  const may = useMay();
  const [chosen, choose] = useState<Publication>();
  const now = data?.[0];
  return (
    <Panel title="Versions">
      {error ? <Failed error={error} retry={() => void refetch()} /> : !data && <Lines count={3} />}
      {data?.length === 0 && <Nothing title="Nothing was published here yet" />}
      <ul className={css.list}>
        {data?.map((version) => (
          <li key={version.sequence} className={css.spread}>
            <span>
              <code>{version.version}</code> <strong>{version.in_force && 'in force'}</strong>
              <br />
              <span className={css.note}>
                <Time at={version.published_at} /> by {version.published_by}
              </span>
            </span>
            <span className={css.row}>
              <a href={`/api/v1/policy/versions/${version.version}/source`} download={`${version.version}.md`}>
                Export {version.version}
              </a>
              <a href={`/api/v1/policy/versions/${version.version}/pdf`} download={`policy-${version.version}.pdf`}>
                PDF of {version.version}
              </a>
              {may('publish_policy') && version.version !== now?.version && (
                <Button size="compact-md" variant="default" onClick={() => choose(version)}>
                  Roll back to {version.version}
                </Button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {chosen && now && <RollBack to={chosen} from={now} onClose={() => choose(undefined)} />}
    </Panel>
  );
}

function RollBack({ to, from, onClose }: { to: Publication; from: Publication; onClose: () => void }) {
  const differences = useQuery(versionDifferencesQuery(to.version));
  const back = useRollBack();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get('reason')).trim();
    back.mutate({ version: to.version, base: from.version, reason }, { onSuccess: onClose });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={`Roll back to ${to.version}?`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form className={css.form} onSubmit={submit}>
        <p>It comes into force at once, in full, without new approvals. What changes:</p>
        {differences.data ? (
          <DifferenceList differences={differences.data} />
        ) : differences.error ? (
          <Failed error={differences.error} />
        ) : (
          <Lines count={3} />
        )}
        <Textarea name="reason" label="Reason" description="Kept in the audit log." required minLength={10} autosize />
        {back.error && (
          <Alert role="alert" color="ink" title={back.error.message}>
            {back.error instanceof Problem && back.error.detail}
          </Alert>
        )}
        <div className={css.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={back.isPending}>
            Roll back
          </Button>
        </div>
      </form>
    </Modal>
  );
}
