use serde_json::{Value, json};

use super::{Usage, is_true, read, refuse, seconds};
use crate::{
    completion::tokens,
    provider::{Memory, Request, last_of, text_of, with},
    reply::{Reply, named_event},
};

/// `POST /v1/responses`.
pub(super) fn answer(request: &Request, memory: &Memory) -> Reply {
    let (body, model) = match read(request) {
        Ok(read) => read,
        Err(reply) => return reply,
    };
    let prompt = match body.get("input") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => {
            last_of(items, "user").and_then(|item| item.get("content")).map(text_of).unwrap_or_default()
        }
        _ => return refuse("Missing required parameter: 'input'.", "input"),
    };
    let answer = Answer {
        id: memory.id("resp_"),
        item: memory.id("msg_"),
        created: seconds(),
        model,
        text: super::text(&prompt, body.pointer("/text/format")),
        instructions: body.get("instructions").cloned().unwrap_or_default(),
        prompt,
    };
    if is_true(&body, "/stream") { answer.stream() } else { Reply::ok(answer.response(Status::Completed)) }
}

struct Answer {
    id: String,
    item: String,
    created: u64,
    model: String,
    instructions: Value,
    prompt: String,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    InProgress,
    Completed,
}

impl Status {
    const fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
        }
    }
}

impl Answer {
    fn response(&self, status: Status) -> Value {
        let done = status == Status::Completed;
        let output = if done { vec![self.message(status)] } else { Vec::new() };
        json!({
            "id": self.id, "object": "response", "created_at": self.created, "status": status.as_str(),
            "background": false, "error": null, "incomplete_details": null, "instructions": self.instructions,
            "max_output_tokens": null, "model": self.model, "output": output, "parallel_tool_calls": true,
            "previous_response_id": null, "reasoning": { "effort": null, "summary": null },
            "service_tier": "default", "store": true, "temperature": 1.0,
            "text": { "format": { "type": "text" } }, "tool_choice": "auto", "tools": [], "top_p": 1.0,
            "truncation": "disabled", "usage": done.then(|| self.usage()), "user": null, "metadata": {},
        })
    }

    fn message(&self, status: Status) -> Value {
        let content = match status {
            Status::InProgress => Vec::new(),
            Status::Completed => vec![part(&self.text)],
        };
        json!({
            "id": self.item, "type": "message", "status": status.as_str(), "role": "assistant",
            "content": content,
        })
    }

    fn usage(&self) -> Value {
        let usage = Usage::of(&self.prompt, &self.text);
        json!({
            "input_tokens": usage.input, "input_tokens_details": { "cached_tokens": 0, "cache_write_tokens": 0 },
            "output_tokens": usage.output, "output_tokens_details": { "reasoning_tokens": 0 },
            "total_tokens": usage.input + usage.output,
        })
    }

    fn stream(&self) -> Reply {
        let mut stream = Stream::default();
        stream.push("response.created", json!({ "response": self.response(Status::InProgress) }));
        stream.push("response.in_progress", json!({ "response": self.response(Status::InProgress) }));
        let item = self.message(Status::InProgress);
        stream.push("response.output_item.added", json!({ "output_index": 0, "item": item }));
        stream.push("response.content_part.added", self.placed(json!({ "part": part("") })));
        for token in tokens(&self.text) {
            stream.push("response.output_text.delta", self.placed(json!({ "delta": token, "logprobs": [] })));
        }
        stream.push("response.output_text.done", self.placed(json!({ "text": self.text, "logprobs": [] })));
        stream.push("response.content_part.done", self.placed(json!({ "part": part(&self.text) })));
        let item = self.message(Status::Completed);
        stream.push("response.output_item.done", json!({ "output_index": 0, "item": item }));
        stream.push("response.completed", json!({ "response": self.response(Status::Completed) }));
        Reply::Stream { media_type: "text/event-stream; charset=utf-8", chunks: stream.0 }
    }

    /// `event` with where in the output it belongs.
    fn placed(&self, event: Value) -> Value {
        with(event, json!({ "item_id": self.item, "output_index": 0, "content_index": 0 }))
    }
}

fn part(text: &str) -> Value {
    json!({ "type": "output_text", "annotations": [], "logprobs": [], "text": text })
}

/// Events, numbered.
#[derive(Default)]
struct Stream(Vec<String>);

impl Stream {
    fn push(&mut self, name: &str, event: Value) {
        let event = with(event, json!({ "type": name, "sequence_number": self.0.len() }));
        self.0.push(named_event(name, &event));
    }
}
