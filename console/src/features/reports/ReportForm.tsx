import { Button, Radio, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';

import type { NewReport } from '~shared/api/types';
import { Complaint } from '~shared/ui/Complaint';

import css from './Reports.module.css';
import { ABOUT_WORDS } from './words';

interface Props {
  sending: boolean;
  error: Error | null;
  onSend: (report: NewReport) => void;
}

/** What somebody saw, with their name or without. */
export function ReportForm({ sending, error, onSend }: Props) {
  const [about, setAbout] = useState<NewReport['about']>('violation');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const tool = String(form.get('tool')).trim();
    onSend({ about, text: String(form.get('text')).trim(), tools: tool ? [tool] : [] });
  };
  return (
    <form className={css.form} onSubmit={submit} aria-label="Report">
      <Radio.Group label="What is it about?" value={about} onChange={(value) => setAbout(value as NewReport['about'])}>
        <div className={css.messages}>
          {Object.entries(ABOUT_WORDS).map(([value, word]) => (
            <Radio key={value} value={value} label={word} />
          ))}
        </div>
      </Radio.Group>
      <TextInput name="tool" label="Which tool, if you know?" maxLength={200} />
      <Textarea
        name="text"
        label="What did you see?"
        description="When, where and what. Leave out what you do not need to tell."
        required
        withAsterisk={false}
        maxLength={10000}
        autosize
        minRows={5}
      />
      <Complaint error={error} />
      <Button type="submit" loading={sending}>
        Send the report
      </Button>
    </form>
  );
}
