import { Alert, Button } from '@mantine/core';
import { IconDownload, IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';

import { checkpointQuery, save, useVerify } from '~features/evidence/queries';
import type { AuditVerification } from '~shared/api/types';
import { formatCount } from '~shared/format/numbers';
import { Panel } from '~shared/ui/Page';
import { Failed } from '~shared/ui/States';

import css from './Evidence.module.css';

/** Has the whole log verified, and hands out what it can be verified with elsewhere. */
export function Verification() {
  const verify = useVerify();
  const { data } = useQuery(checkpointQuery);
  return (
    <Panel
      title="Is the log as it was written?"
      aside={
        <div className={css.buttons}>
          {data?.checkpoint && (
            <Button
              variant="default"
              leftSection={<IconDownload size={17} aria-hidden />}
              onClick={() => save(new Blob([data.checkpoint ?? '']), 'bylaw-checkpoint.txt')}
            >
              Checkpoint
            </Button>
          )}
          <Button
            leftSection={<IconShieldCheck size={17} aria-hidden />}
            loading={verify.isPending}
            onClick={() => verify.mutate()}
          >
            Verify now
          </Button>
        </div>
      }
    >
      <p className="muted">
        Keep a checkpoint and the key where nobody who runs Bylaw can change them:{' '}
        <code>bylaw audit verify --checkpoint</code> then also notices a rewritten history.
      </p>
      {data && <pre className={css.code}>{data.key}</pre>}
      {verify.error && <Failed error={verify.error} />}
      {verify.data && <Report report={verify.data} />}
    </Panel>
  );
}

function Report({ report }: { report: AuditVerification }) {
  const counts = [
    `${formatCount(report.entries)} entries`,
    `${formatCount(report.checkpoints)} checkpoints`,
    `${formatCount(report.records)} records`,
    report.erased > 0 && `${formatCount(report.erased)} payloads erased`,
    report.records_removed > 0 && `${formatCount(report.records_removed)} records no longer kept`,
  ].filter(Boolean);
  return (
    <Alert
      role="status"
      color="ink"
      mt="sm"
      title={report.faults === 0 ? 'Nothing is wrong' : `${formatCount(report.faults)} things are wrong`}
    >
      <p>{counts.join(' · ')}</p>
      {report.first.map((fault) => (
        <p key={`${fault.sequence} ${fault.says}`}>{fault.says}</p>
      ))}
    </Alert>
  );
}
