import { Button, Modal, Textarea } from '@mantine/core';
import type { FormEvent } from 'react';

import type { useJudgeFoundHost } from '~features/ai-use/queries';
import type { Found } from '~shared/api/types';
import { Complaint } from '~shared/ui/Complaint';

import css from './AiUsePage.module.css';

interface Props {
  found: Found;
  opened: boolean;
  judge: ReturnType<typeof useJudgeFoundHost>;
  onClose: () => void;
  onSay: (opinion: { dismiss: { reason: string } }) => void;
}

export function DismissDialog({ found, opened, judge, onClose, onSay }: Props) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSay({ dismiss: { reason: String(new FormData(event.currentTarget).get('reason')).trim() } });
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={`${found.host} is no AI tool`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={submit} className={css.form}>
        <Textarea name="reason" label="What is it?" required withAsterisk={false} autosize minRows={2} />
        <Complaint error={judge.error} />
        <div className={css.choices}>
          <Button type="submit" loading={judge.isPending}>
            Dismiss it
          </Button>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Modal>
  );
}
